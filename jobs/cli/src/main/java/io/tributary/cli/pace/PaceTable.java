package io.tributary.cli.pace;

import io.tributary.cli.watch.Figures;
import io.tributary.cli.watch.TextTable;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;

/** A {@link PaceSummary} for people: medians over seeds, with the lowest and the highest. */
final class PaceTable {

    private PaceTable() {}

    /** Lines, each ended; no colours, no control characters. */
    static String of(PaceSummary summary) {
        var table =
                new TextTable(
                        List.of(
                                "",
                                "versions",
                                "seconds",
                                "at equal tokens",
                                "at equal time",
                                "seconds to it",
                                "unused",
                                "from the slow silo"),
                        1);
        for (var row : summary.rows()) {
            table.add(
                    row.arm().title(),
                    text(row.versions(), Figures::whole),
                    text(row.runSeconds(), PaceTable::seconds),
                    text(row.atTokens(), Figures::perplexity),
                    text(row.atSeconds(), Figures::perplexity),
                    text(row.toPerplexity(), PaceTable::seconds),
                    text(row.unused(), PaceTable::percent),
                    text(row.slowUpdates(), Figures::whole));
        }
        return """
                Held-out perplexity (median over seeds, lowest and highest in brackets)
                  at equal tokens: of the newest version that has seen at most %s
                  at equal time:   of the newest version after %s s
                  seconds to it:   until a version had a perplexity of %s or less
                  unused:          share of what silos computed that is in no version

                %s"""
                .formatted(
                        Figures.whole(summary.tokens()),
                        seconds(summary.seconds()),
                        Figures.perplexity(summary.perplexity()),
                        table);
    }

    private static String text(Spread spread, DoubleFunction<String> figure) {
        var median = figure.apply(spread.median());
        var low = figure.apply(spread.low());
        var high = figure.apply(spread.high());
        return low.equals(high) ? median : "%s (%s-%s)".formatted(median, low, high);
    }

    private static String seconds(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.0f%%", 100 * share);
    }
}
