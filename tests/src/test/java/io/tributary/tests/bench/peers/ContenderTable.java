package io.tributary.tests.bench.peers;

import io.tributary.cli.ParameterCount;
import io.tributary.tests.bench.peers.Standing.Absent;
import io.tributary.tests.bench.peers.Standing.Measured;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** One line for each contender; of several rounds the medians. */
final class ContenderTable {

    private static final String FORMAT = "%-24s  %8s  %10s  %8s  %8s  %9s  %9s";

    private ContenderTable() {}

    private static String heading(RoundShape shape) {
        return text(
                "%s silos x %s float32 (%.0f MB of updates), weighted mean, %s rounds after a"
                        + " warm-up, loopback",
                shape.silos(),
                ParameterCount.text(shape.parameters()),
                shape.updateBytes() / 1e6,
                shape.rounds());
    }

    static List<String> lines(RoundShape shape, Map<String, Standing> standings) {
        var lines = new ArrayList<String>();
        if (standings.values().stream().anyMatch(Measured.class::isInstance)) {
            lines.add(heading(shape));
            lines.add("");
            lines.add(
                    text(
                            FORMAT,
                            "",
                            "s",
                            "combined s",
                            "MB/s",
                            "CPU s/GB",
                            "RSS/model",
                            "deviation"));
        }
        standings.forEach((name, standing) -> lines.add(line(shape, name, standing)));
        return lines;
    }

    private static String line(RoundShape shape, String name, Standing standing) {
        if (standing instanceof Absent absent) {
            return "skipped: %s: %s".formatted(name, absent.reason());
        }
        var measured = (Measured) standing;
        long rss = measured.peakRssBytes();
        return text(
                FORMAT,
                name + " " + measured.version(),
                text("%.2f", measured.median(RoundCost::seconds)),
                text("%.2f", measured.median(RoundCost::combinedSeconds)),
                text("%.0f", measured.median(RoundCost::megabytesPerSecond)),
                text("%.2f", measured.median(RoundCost::cpuSecondsPerGigabyte)),
                rss == 0 ? "-" : text("%.1f", rss / (double) shape.modelBytes()),
                text("%.1e", measured.deviation()));
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
