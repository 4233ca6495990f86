package io.tributary.cli.pace;

import io.tributary.cli.report.NoFontsException;
import java.io.PrintStream;
import java.util.List;

/** What is left of a comparison: the table on the terminal, the report and pictures in files. */
public final class PaceResults {

    private PaceResults() {}

    /** Writes the files into the output folder and says where they are. */
    public static void tell(PaceOptions options, List<PaceRun> runs, PrintStream out) {
        out.println();
        out.print(PaceTable.of(PaceSummary.of(runs)));
        out.println();
        var report = options.output().resolve("pace.json");
        PaceReport.write(options, runs, report);
        out.println("Report:    " + report);
        try {
            var byTime = options.output().resolve("perplexity-by-time.png");
            var byTokens = options.output().resolve("perplexity-by-tokens.png");
            PaceChart.writeByTime(runs, byTime);
            PaceChart.writeByTokens(runs, byTokens);
            out.println("Pictures:  " + byTime);
            out.println("           " + byTokens);
        } catch (NoFontsException e) {
            out.println("Pictures:  " + e.getMessage());
        }
    }
}
