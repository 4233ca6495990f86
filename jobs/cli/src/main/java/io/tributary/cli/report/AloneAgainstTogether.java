package io.tributary.cli.report;

import io.tributary.cli.watch.Figures;
import io.tributary.cli.watch.TextTable;
import java.util.List;

/**
 * The closing table: what each silo would have had alone, beside the model they have together, on
 * its own held-out text and on that of all. The better of two has a mark.
 */
public final class AloneAgainstTogether {

    private static final String MARK = " *";
    private static final String NO_MARK = "  ";

    private AloneAgainstTogether() {}

    /** Lines, each ended; no colours, no control characters. */
    public static String of(DemoReport report) {
        var table =
                new TextTable(
                        List.of(
                                "",
                                "own text: alone" + NO_MARK,
                                "together" + NO_MARK,
                                "  all texts: alone" + NO_MARK,
                                "together" + NO_MARK),
                        1);
        int better = 0;
        for (var silo : report.alone().entrySet()) {
            var alone = silo.getValue();
            double togetherOwn = finalPerplexity(report, silo.getKey());
            double together = report.last().perplexity();
            better += together < alone.mixture() ? 1 : 0;
            table.add(
                    silo.getKey(),
                    marked(alone.own(), togetherOwn),
                    marked(togetherOwn, alone.own()),
                    marked(alone.mixture(), together),
                    marked(together, alone.mixture()));
        }
        addBaseline(table, "bigram", report.baselines().bigram());
        addBaseline(table, "unigram", report.baselines().unigram());
        return "Held-out perplexity, alone against together (* is better, lower is better)\n\n%s\n%s\n"
                .formatted(table, verdict(better, report.alone().size()));
    }

    private static void addBaseline(TextTable table, String name, double perplexity) {
        table.add(name, NO_MARK, NO_MARK, Figures.perplexity(perplexity) + NO_MARK, NO_MARK);
    }

    private static String verdict(int better, int silos) {
        return better == silos
                ? "On all texts the shared model beats every silo's own."
                : "On all texts the shared model beats the own model of %s of %s silos."
                        .formatted(better, silos);
    }

    private static String marked(double value, double other) {
        return Figures.perplexity(value) + (value < other ? MARK : NO_MARK);
    }

    private static double finalPerplexity(DemoReport report, String silo) {
        if (report.rounds().isEmpty()) {
            return Double.NaN;
        }
        var last = report.rounds().get(report.rounds().size() - 1);
        var figures = last.silos().get(silo);
        return figures == null ? Double.NaN : figures.perplexity();
    }
}
