package io.tributary.cli.watch;

import java.nio.charset.Charset;

/**
 * What bars and trends are drawn with. None of these is in the alternate character set of VT100
 * terminals (as the plain line is): JLine would switch that set on for it, and a recorded session
 * would show letters.
 */
enum Glyphs {
    UNICODE("▁▂▃▄▅▆▇█", "━", "╸", "╌", "·", "→", "…"),
    ASCII("_.:-=+*#", "=", ">", "-", "|", "->", "...");

    private final String levels;
    private final String full;
    private final String half;
    private final String empty;
    private final String dot;
    private final String arrow;
    private final String ellipsis;

    Glyphs(
            String levels,
            String full,
            String half,
            String empty,
            String dot,
            String arrow,
            String ellipsis) {
        this.levels = levels;
        this.full = full;
        this.half = half;
        this.empty = empty;
        this.dot = dot;
        this.arrow = arrow;
        this.ellipsis = ellipsis;
    }

    /** The finest that text in this encoding can carry. */
    static Glyphs in(Charset encoding) {
        return encoding.newEncoder().canEncode(UNICODE.levels + UNICODE.full + UNICODE.half)
                ? UNICODE
                : ASCII;
    }

    String dot() {
        return dot;
    }

    String arrow() {
        return arrow;
    }

    String ellipsis() {
        return ellipsis;
    }

    String emptyBar(int width) {
        return empty.repeat(width);
    }

    /** The part of a bar that is done, to half a column. */
    String doneBar(double fraction, int width) {
        double bounded = Double.isNaN(fraction) ? 0 : Math.max(0, Math.min(1, fraction));
        int halves = (int) Math.floor(bounded * width * 2);
        return full.repeat(halves / 2) + (halves % 2 == 1 ? half : "");
    }

    /**
     * A trend on a logarithmic scale from its smallest to its largest value, the oldest first. The
     * whole of it is shown: more values than columns are thinned out evenly, first and last kept.
     *
     * @param values positive
     * @return at most {@code width} columns; empty if there are fewer than two values
     */
    String trend(double[] values, int width) {
        if (values.length < 2 || width < 2) {
            return "";
        }
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        for (double value : values) {
            low = Math.min(low, Math.log(value));
            high = Math.max(high, Math.log(value));
        }
        int columns = Math.min(width, values.length);
        var trend = new StringBuilder();
        for (int c = 0; c < columns; c++) {
            int i = (int) Math.round(c * (values.length - 1) / (double) (columns - 1));
            double height = high > low ? (Math.log(values[i]) - low) / (high - low) : 0;
            trend.append(levels.charAt((int) Math.round(height * (levels.length() - 1))));
        }
        return trend.toString();
    }
}
