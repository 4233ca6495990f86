package io.tributary.tests.bench;

import java.util.Arrays;

/** What became of a case. */
sealed interface Outcome {

    /**
     * What an aggregation took; every array has one entry for each time it was measured.
     *
     * @param cpuSeconds CPU time of the thread that aggregates
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
            return median(ratios(cpuSeconds, readSeconds));
        }

        double meanCpuSeconds() {
            return mean(cpuSeconds);
        }

        /**
         * What the rest of the process took beside it, compiler and collector above all. Rough: a
         * single case's may be off by a clock step, and below zero.
         */
        double meanOtherSeconds() {
            return mean(processSeconds) - mean(cpuSeconds);
        }
    }

    /**
     * What one thread and several took; every array has one entry for each time it was measured.
     *
     * @param oneThreadSeconds time that passed with one
     * @param manyThreadsSeconds time that passed with several
     * @param oneThreadCpuSeconds CPU time of one
     * @param manyThreadsCpuSeconds CPU time of all of several
     */
    record Scaled(
            int threads,
            double[] oneThreadSeconds,
            double[] manyThreadsSeconds,
            double[] oneThreadCpuSeconds,
            double[] manyThreadsCpuSeconds)
            implements Outcome {

        /** How many times as fast several threads were; at most 1 where they share a core. */
        double gain() {
            return median(ratios(oneThreadSeconds, manyThreadsSeconds));
        }

        /**
         * How many times as fast they would have been with a core for each and an even share of the
         * work: what they lose by waiting for each other's memory is in it, what other processes
         * took is not.
         */
        double gainByCpu() {
            return threads * median(ratios(oneThreadCpuSeconds, manyThreadsCpuSeconds));
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

    private static double[] ratios(double[] numerators, double[] denominators) {
        var ratios = new double[numerators.length];
        Arrays.setAll(ratios, k -> numerators[k] / denominators[k]);
        return ratios;
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).average().orElseThrow();
    }
}
