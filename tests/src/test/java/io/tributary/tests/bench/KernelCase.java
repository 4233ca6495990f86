package io.tributary.tests.bench;

import org.jspecify.annotations.Nullable;

/**
 * What is measured: a rule over so many rows.
 *
 * @param threads 1 for the cost of an aggregation; more for how it scales
 * @param requiredCpuSeconds the most CPU time it may take; null if nothing is asked
 */
record KernelCase(
        String rule,
        Input input,
        int silos,
        int coordinates,
        int threads,
        @Nullable Double requiredCpuSeconds) {

    /** Bytes of input, counted once however often they are read. */
    long bytes() {
        return (long) silos * coordinates * input.bytesPerValue();
    }

    boolean isScaling() {
        return threads > 1;
    }

    /** The name for people, given the shape that needs no mention. */
    String name(int usualSilos) {
        var text = new StringBuilder(rule);
        if (input != Input.FLOATS) {
            text.append(" from ").append(input);
        }
        if (silos != usualSilos) {
            text.append(", %s x %s".formatted(silos, Size.text(coordinates)));
        }
        return text.toString();
    }
}
