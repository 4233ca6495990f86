package io.tributary.cli.demo;

import java.io.PrintStream;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * How far the training alone has come: a line that is written over on a terminal, one line per
 * quarter anywhere else.
 */
final class AloneProgress implements AutoCloseable {

    private final Map<String, Integer> done = new TreeMap<>();
    private final PrintStream out;
    private final boolean rewrites;
    private final int total;

    private int shownPercent = -1;

    AloneProgress(
            Set<String> silos,
            AloneTraining training,
            PrintStream out,
            Map<String, String> environment) {
        this.out = out;
        this.rewrites =
                System.console() != null
                        && !environment.getOrDefault("TERM", "dumb").equals("dumb")
                        && environment.getOrDefault("CI", "").isEmpty();
        int steps = 0;
        for (var silo : silos) {
            done.put(silo, 0);
            steps += training.steps(silo);
        }
        this.total = steps;
        out.println();
        out.printf(
                "For comparison each silo trains alone, with the same local steps (%,d in all)%n",
                total);
    }

    synchronized void step(String silo, int steps) {
        done.put(silo, steps);
        int sum = done.values().stream().mapToInt(Integer::intValue).sum();
        int percent = (int) (100L * sum / total);
        int stride = rewrites ? 1 : 25;
        if (percent / stride != shownPercent / stride || shownPercent < 0) {
            shownPercent = percent;
            var line = "  alone: %3d%%  %s".formatted(percent, done);
            if (rewrites) {
                out.print("\r" + line);
                out.flush();
            } else {
                out.println(line);
            }
        }
    }

    @Override
    public synchronized void close() {
        if (rewrites) {
            out.println();
        }
    }
}
