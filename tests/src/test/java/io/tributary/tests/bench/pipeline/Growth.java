package io.tributary.tests.bench.pipeline;

import java.util.List;
import java.util.function.ToDoubleFunction;
import org.apache.commons.math3.stat.descriptive.rank.Median;

/**
 * Whether something has grown over a long run: the median of its last third against that of its
 * middle third. What fills up in the beginning does not count.
 *
 * @param what its name
 * @param middle median of the middle third
 * @param last median of the last third
 * @param allowance by how much the last may be above the middle
 */
record Growth(String what, double middle, double last, double allowance) {

    /** Relative, for what is never quite the same twice. */
    private static final double TOLERANCE = 0.05;

    /**
     * @param samples at least six
     * @param slack by how much it may be larger whatever it is, in its own unit
     */
    static Growth of(
            String what, List<Sample> samples, ToDoubleFunction<Sample> figure, double slack) {
        int third = samples.size() / 3;
        double middle = median(samples.subList(third, 2 * third), figure);
        double last = median(samples.subList(2 * third, samples.size()), figure);
        return new Growth(what, middle, last, Math.max(TOLERANCE * middle, slack));
    }

    private static double median(List<Sample> samples, ToDoubleFunction<Sample> figure) {
        return new Median().evaluate(samples.stream().mapToDouble(figure).toArray());
    }

    boolean hasGrown() {
        return last > middle + allowance;
    }
}
