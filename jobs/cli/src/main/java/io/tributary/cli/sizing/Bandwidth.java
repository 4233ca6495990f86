package io.tributary.cli.sizing;

import io.tributary.cli.watch.Figures;
import java.util.Map;
import java.util.regex.Pattern;

/** Speeds of links as people write them: in bits or in bytes a second. */
public final class Bandwidth {

    private static final Pattern FORM = Pattern.compile("([0-9]+(?:\\.[0-9]+)?) *([A-Za-z]+)/s");

    /** Bytes a second in each unit. */
    private static final Map<String, Double> UNITS =
            Map.of(
                    "kbit", 1e3 / 8, "Mbit", 1e6 / 8, "Gbit", 1e9 / 8, "kB", 1e3, "MB", 1e6, "GB",
                    1e9);

    private Bandwidth() {}

    /**
     * Reads {@code 100 Mbit/s} or {@code 12.5 MB/s}.
     *
     * @return bytes a second
     * @throws IllegalArgumentException if it cannot be read, or is 0
     */
    public static double parse(String text) {
        var match = FORM.matcher(text.strip());
        if (match.matches()) {
            var unit = UNITS.get(match.group(2));
            double value = Double.parseDouble(match.group(1));
            if (unit != null && value > 0) {
                return value * unit;
            }
        }
        throw new IllegalArgumentException(
                "'%s' is not a bandwidth such as 100 Mbit/s or 12.5 MB/s".formatted(text));
    }

    /** {@code 12.5 MB/s}. */
    public static String text(double bytesPerSecond) {
        var scaled = Figures.scaled(bytesPerSecond);
        return scaled + (scaled.contains(" ") ? "B/s" : " B/s");
    }
}
