package io.tributary.cli.pace;

import io.tributary.cli.watch.Figures;
import java.io.PrintStream;
import java.util.Locale;

/**
 * How far the comparison is: a line for each run, which on a terminal is written over while it
 * lasts.
 */
public final class PaceProgress {

    private final PrintStream out;
    private final boolean rewrites;
    private final int runs;

    private String run = "";
    private int begun;
    private int versions;

    /**
     * @param runs there will be
     * @param rewrites whether lines can be written over
     */
    public PaceProgress(PrintStream out, int runs, boolean rewrites) {
        this.out = out;
        this.runs = runs;
        this.rewrites = rewrites;
    }

    void begins(Arm arm, long seed, int planned) {
        begun++;
        versions = planned;
        run = "run %s of %s: seed %s, %s".formatted(begun, runs, seed, arm.title());
        live("%s ...".formatted(run));
    }

    void version(int version, double seconds) {
        live("%s: version %s of %s, %s".formatted(run, version, versions, Figures.clock(seconds)));
    }

    void measured(int version) {
        live("%s: measured %s of %s".formatted(run, version, versions));
    }

    void ended(PaceRun ended) {
        var line =
                String.format(
                        Locale.ROOT,
                        "%s: %s versions in %.1f s, perplexity %s",
                        run,
                        ended.last().version(),
                        ended.last().seconds(),
                        Figures.perplexity(ended.last().perplexity()));
        out.println(rewrites ? "\r" + padded(line) : line);
    }

    private void live(String line) {
        if (rewrites) {
            out.print("\r" + padded(line));
            out.flush();
        }
    }

    /** Long enough to cover the line before. */
    private static String padded(String line) {
        return String.format(Locale.ROOT, "%-96s", line);
    }
}
