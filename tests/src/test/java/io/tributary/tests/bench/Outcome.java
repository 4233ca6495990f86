package io.tributary.tests.bench;

import java.util.Arrays;

/** What became of a case. */
sealed interface Outcome {

    /**
     * What an aggregation took; every array has one entry for each time it was measured.
     *
     * @param cpuSeconds CPU time of all Java threads
     * @param readSeconds CPU time of the plain loop over as many bytes, just before
     * @param wallSeconds time that passed
     * @param processSeconds CPU time of the process, in steps of 10 ms
     */
    record Measured(
            double[] cpuSeconds,
            double[] readSeconds,
            double[] wallSeconds,
            double[] processSeconds)
            implements Outcome {

        double medianCpuSeconds() {
            return median(cpuSeconds);
        }

        double medianReadSeconds() {
            return median(readSeconds);
        }

        /** How many times the plain loop's time it takes. */
        double timesRead() {
            var ratios = new double[cpuSeconds.length];
            Arrays.setAll(ratios, k -> cpuSeconds[k] / readSeconds[k]);
            return median(ratios);
        }

        /** CPU time of an aggregation that went to compiler and collector; a mean, and rough. */
        double meanOtherSeconds() {
            return Math.max(0, mean(processSeconds) - mean(cpuSeconds));
        }
    }

    /** Wall times of one thread and of several, one entry for each time they were measured. */
    record Scaled(double[] oneThreadSeconds, double[] manyThreadsSeconds) implements Outcome {

        double gain() {
            var ratios = new double[oneThreadSeconds.length];
            Arrays.setAll(ratios, k -> oneThreadSeconds[k] / manyThreadsSeconds[k]);
            return median(ratios);
        }
    }

    /**
     * There is no figure.
     *
     * @param failed whether it was tried; else this build, or the rule, cannot do it
     */
    record Unmeasured(boolean failed, String reason) implements Outcome {}

    /** In one word. */
    default String status() {
        return !(this instanceof Unmeasured unmeasured)
                ? "measured"
                : unmeasured.failed() ? "failed" : "impossible";
    }

    static double median(double[] values) {
        var sorted = values.clone();
        Arrays.sort(sorted);
        int n = sorted.length;
        return (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).average().orElseThrow();
    }
}
