package io.tributary.cli.watch;

import java.util.Locale;

/** Figures as people read them, the same in every locale. */
public final class Figures {

    private Figures() {}

    /** Three digits that matter, with the unit of thousands: {@code 1.04 M}. */
    public static String scaled(double value) {
        String[] units = {"", " k", " M", " G", " T"};
        int unit = 0;
        // 999.5 would be printed as 1000.
        while (Math.abs(value) >= 999.5 && unit < units.length - 1) {
            value /= 1000;
            unit++;
        }
        int decimals = unit == 0 || Math.abs(value) >= 99.95 ? 0 : Math.abs(value) >= 9.995 ? 1 : 2;
        return String.format(Locale.ROOT, "%." + decimals + "f%s", value, units[unit]);
    }

    public static String whole(double value) {
        return String.format(Locale.ROOT, "%,.0f", value);
    }

    /** At most six characters below a million; {@code -} if there is none. */
    public static String perplexity(double value) {
        if (Double.isNaN(value)) {
            return "-";
        }
        if (value >= 1e6) {
            return String.format(Locale.ROOT, "%.1e", value);
        }
        int decimals = value < 99.995 ? 2 : value < 999.95 ? 1 : 0;
        return String.format(Locale.ROOT, "%,." + decimals + "f", value);
    }

    /** {@code 0:07}, {@code 12:31}, {@code 1:02:03}. */
    public static String clock(double seconds) {
        long s = Math.max(0, Math.round(seconds));
        return s < 3600
                ? String.format(Locale.ROOT, "%d:%02d", s / 60, s % 60)
                : String.format(Locale.ROOT, "%d:%02d:%02d", s / 3600, s / 60 % 60, s % 60);
    }

    /** Text that others wrote, fit for a terminal: one line, no control characters. */
    public static String printable(String text) {
        var clean = new StringBuilder();
        text.codePoints().map(c -> isPrintable(c) ? c : ' ').forEach(clean::appendCodePoint);
        return clean.toString();
    }

    private static boolean isPrintable(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                    false;
            default -> true;
        };
    }
}
