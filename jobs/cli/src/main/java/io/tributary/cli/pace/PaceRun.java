package io.tributary.cli.pace;

import java.util.List;
import java.util.OptionalDouble;

/**
 * One run of one arm.
 *
 * @param points its versions in order, from version 0
 * @param computedTokens trained on by all silos until the last version was there, whether their
 *     updates are in a version or not
 * @param slowSilo silo id
 * @param slowUpdates updates of the slow silo that are in a version
 */
public record PaceRun(
        Arm arm,
        long seed,
        List<Point> points,
        long computedTokens,
        String slowSilo,
        int slowUpdates) {

    /**
     * @throws IllegalArgumentException if there are no points
     */
    public PaceRun {
        if (points.isEmpty()) {
            throw new IllegalArgumentException(
                    "the run of %s with seed %s has no version".formatted(arm, seed));
        }
    }

    Point last() {
        return points.get(points.size() - 1);
    }

    double bestPerplexity() {
        return points.stream().mapToDouble(Point::perplexity).min().orElseThrow();
    }

    /** Of the newest version that has seen no more tokens than this. */
    double perplexityAtTokens(long tokens) {
        return newest(points.stream().filter(p -> p.tokens() <= tokens).toList());
    }

    /** Of the newest version that was there by then. */
    double perplexityAtSeconds(double seconds) {
        return newest(points.stream().filter(p -> p.seconds() <= seconds).toList());
    }

    /** When the first version was there that is at least as good; empty if none is. */
    OptionalDouble secondsTo(double perplexity) {
        return points.stream()
                .filter(p -> p.perplexity() <= perplexity)
                .mapToDouble(Point::seconds)
                .min();
    }

    private static double newest(List<Point> points) {
        return points.isEmpty() ? Double.NaN : points.get(points.size() - 1).perplexity();
    }
}
