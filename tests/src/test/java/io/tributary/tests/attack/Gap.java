package io.tributary.tests.attack;

import java.util.Comparator;
import java.util.Locale;

/**
 * What a rule leaves of a model's accuracy, over the seeds of one combination. Greater is worse.
 *
 * @param points of accuracy that are missing, in the mean over seeds; zero if it was not trained
 * @param deviation over seeds, of the sample; NaN if there is one seed only
 */
record Gap(Kind kind, double points, double deviation) implements Comparable<Gap> {

    /** From harmless to grave. */
    enum Kind {
        /** The rule is not defined for as many silos. */
        UNDEFINED("-"),
        TRAINED(""),
        /** In one seed or more. */
        REFUSED("refused"),
        /** In one seed or more. */
        LOST("lost");

        private final String text;

        Kind(String text) {
            this.text = text;
        }
    }

    private static final Comparator<Gap> BY_GRAVITY =
            Comparator.comparing(Gap::kind).thenComparingDouble(Gap::points);

    static Gap of(Kind kind) {
        return new Gap(kind, 0, 0);
    }

    /**
     * @param points missing, by seed
     */
    static Gap of(double[] points) {
        double sum = 0;
        for (double missing : points) {
            sum += missing;
        }
        double mean = sum / points.length;
        double squares = 0;
        for (double missing : points) {
            squares += (missing - mean) * (missing - mean);
        }
        return new Gap(Kind.TRAINED, mean, Math.sqrt(squares / (points.length - 1)));
    }

    /** In whole points, without the deviation. */
    String rounded() {
        return kind == Kind.TRAINED ? Long.toString(Math.round(points)) : kind.text;
    }

    /** In tenths of points and with the deviation, if there is one: {@code 5.0±1.2}. */
    String exact() {
        if (kind != Kind.TRAINED) {
            return kind.text;
        }
        var mean = tenths(points);
        return Double.isNaN(deviation) ? mean : mean + "±" + tenths(deviation);
    }

    private static String tenths(double number) {
        // Adding zero turns -0.0 into 0.0.
        return String.format(Locale.ROOT, "%.1f", Math.rint(10 * number) / 10 + 0.0);
    }

    @Override
    public int compareTo(Gap other) {
        return BY_GRAVITY.compare(this, other);
    }
}
