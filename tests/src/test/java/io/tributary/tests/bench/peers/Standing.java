package io.tributary.tests.bench.peers;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** How a contender stands after its rounds. */
public sealed interface Standing {

    /**
     * @param version of what was measured
     * @param rounds those that count
     * @param deviation the largest difference from base + weighted mean of the deltas in any round,
     *     over the largest value
     */
    record Measured(String version, List<RoundCost> rounds, double deviation) implements Standing {

        /** Of the rounds; of an even number of them the mean of the two in the middle. */
        double median(ToDoubleFunction<RoundCost> figure) {
            var sorted = rounds.stream().mapToDouble(figure).toArray();
            Arrays.sort(sorted);
            int middle = sorted.length / 2;
            return sorted.length % 2 == 1
                    ? sorted[middle]
                    : (sorted[middle - 1] + sorted[middle]) / 2;
        }

        long peakRssBytes() {
            return rounds.stream().mapToLong(RoundCost::serverPeakRssBytes).max().orElse(0);
        }
    }

    /**
     * It is not on this machine.
     *
     * @param reason what is missing, and how to get it
     */
    record Absent(String reason) implements Standing {}
}
