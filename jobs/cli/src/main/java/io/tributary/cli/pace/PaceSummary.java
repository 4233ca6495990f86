package io.tributary.cli.pace;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;

/**
 * Arms beside each other, at points that every run of every arm has reached: as many tokens as the
 * run that trained on the fewest, as many seconds as the shortest run, and the worst of the best
 * perplexities. A figure is that of the newest version there was; nothing is interpolated.
 *
 * @param tokens trained on by all runs
 * @param seconds lasted by all runs
 * @param perplexity reached by all runs
 * @param rows one for each arm, in the order of {@link Arm}
 */
public record PaceSummary(long tokens, double seconds, double perplexity, List<Row> rows) {

    /**
     * @param seeds runs of this arm
     * @param versions made until the run's end
     * @param runSeconds from the first plan to the last version
     * @param atTokens perplexity when all have seen {@link PaceSummary#tokens}
     * @param atSeconds perplexity after {@link PaceSummary#seconds}
     * @param toPerplexity seconds to {@link PaceSummary#perplexity}
     * @param unused share of the computed tokens whose updates were in no version by the end:
     *     refused, or still under way
     * @param slowUpdates updates of the slow silo in versions
     */
    public record Row(
            Arm arm,
            int seeds,
            Spread versions,
            Spread runSeconds,
            Spread atTokens,
            Spread atSeconds,
            Spread toPerplexity,
            Spread unused,
            Spread slowUpdates) {}

    /**
     * @param runs at least one
     * @throws IllegalArgumentException if there is none
     */
    static PaceSummary of(List<PaceRun> runs) {
        if (runs.isEmpty()) {
            throw new IllegalArgumentException("there are no runs to compare");
        }
        long tokens = runs.stream().mapToLong(run -> run.last().tokens()).min().orElseThrow();
        double seconds = least(runs, run -> run.last().seconds());
        double perplexity = runs.stream().mapToDouble(PaceRun::bestPerplexity).max().orElseThrow();
        var rows = new ArrayList<Row>();
        for (var arm : new TreeSet<>(runs.stream().map(PaceRun::arm).toList())) {
            var own = runs.stream().filter(run -> run.arm() == arm).toList();
            rows.add(
                    new Row(
                            arm,
                            own.size(),
                            spread(own, run -> run.last().version()),
                            spread(own, run -> run.last().seconds()),
                            spread(own, run -> run.perplexityAtTokens(tokens)),
                            spread(own, run -> run.perplexityAtSeconds(seconds)),
                            spread(own, run -> run.secondsTo(perplexity).orElseThrow()),
                            spread(own, PaceSummary::unused),
                            spread(own, PaceRun::slowUpdates)));
        }
        return new PaceSummary(tokens, seconds, perplexity, List.copyOf(rows));
    }

    private static double unused(PaceRun run) {
        return run.computedTokens() == 0
                ? 0
                : 1 - (double) run.last().tokens() / run.computedTokens();
    }

    private static double least(List<PaceRun> runs, ToDoubleFunction<PaceRun> figure) {
        return runs.stream().mapToDouble(figure).min().orElseThrow();
    }

    private static Spread spread(List<PaceRun> runs, ToDoubleFunction<PaceRun> figure) {
        return Spread.of(runs.stream().mapToDouble(figure).toArray());
    }
}
