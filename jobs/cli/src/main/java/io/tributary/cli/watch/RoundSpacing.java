package io.tributary.cli.watch;

import java.util.Arrays;
import java.util.OptionalDouble;

/** How long it takes from one version to the next, judged by the last few. */
public final class RoundSpacing {

    /** Versions to judge by: enough that one that took long does not count. */
    private static final int JUDGED = 10;

    private RoundSpacing() {}

    /**
     * The median of the time between versions, by the broker's clock; with an even number of them
     * the longer of the two in the middle.
     *
     * @return seconds; empty until there are two versions
     */
    public static OptionalDouble seconds(FederationSnapshot now) {
        var versions = now.versions();
        if (versions.size() < 2) {
            return OptionalDouble.empty();
        }
        var judged = versions.subList(Math.max(0, versions.size() - 1 - JUDGED), versions.size());
        var gaps = new double[judged.size() - 1];
        for (int i = 0; i < gaps.length; i++) {
            long millis = judged.get(i + 1).appendMillis() - judged.get(i).appendMillis();
            gaps[i] = Math.max(0, millis) / 1000.0;
        }
        Arrays.sort(gaps);
        return OptionalDouble.of(gaps[gaps.length / 2]);
    }
}
