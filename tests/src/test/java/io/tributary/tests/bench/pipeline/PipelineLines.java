package io.tributary.tests.bench.pipeline;

import io.tributary.cli.ParameterCount;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What was measured, for people. */
final class PipelineLines {

    private static final double MEGA = 1e6;
    private static final double GIGA = 1e9;

    private PipelineLines() {}

    static String heading(PipelineCase c, long heapBytes) {
        return text(
                "%s parameters x %s silos, updates %s (%.0f MB a round), rule %s, %s, versions %s;"
                        + " parallelism %s, state %s, %.0f MB of heap (%.1f x the model in f32)",
                ParameterCount.text(c.parameters()),
                c.silos(),
                c.codec().lowerCaseName(),
                c.updateBytes() / MEGA,
                c.rule(),
                c.optimizer(),
                c.publication().lowerCaseName(),
                c.parallelism(),
                StateBackend.text(c.state()),
                heapBytes / MEGA,
                heapBytes / (double) c.modelBytes());
    }

    static String roundHeadings() {
        return "updates all at once     MB/s   raw MB/s   of raw   read+write of raw   s   checkpoint s";
    }

    static String of(RoundCost cost) {
        return round("round " + cost.round(), cost);
    }

    private static String round(String name, RoundCost cost) {
        return text(
                "%-19s %8.0f %10.0f %8.2f %19.2f %6.2f %8.2f",
                name,
                cost.bytesPerSecond() / MEGA,
                cost.updateBytes() / cost.rawReadSeconds() / MEGA,
                cost.readRatio(),
                cost.ratio(),
                cost.seconds(),
                cost.checkpointSeconds());
    }

    static String closeHeadings() {
        return "last update alone  version s  allowed   raw read   first chunk s   combining"
                + "   stepping   writing   checkpoint s";
    }

    static String of(CloseLatency close) {
        return text(
                "%28.2f %8.2f %10.2f %15.2f %11.2f %10.2f %9.2f %14.2f",
                close.seconds(),
                close.allowedSeconds(),
                close.rawReadSeconds(),
                close.firstSeconds(),
                close.work().combining(),
                close.work().stepping(),
                close.work().writing(),
                close.checkpointSeconds());
    }

    /** What comes after the rounds. */
    static List<String> summary(PipelineResult r) {
        var lines = new ArrayList<String>();
        lines.add(
                text(
                        "median: %.0f MB/s of updates, read and written at %.2f of the raw log's"
                                + " time; checkpoint wait %.2f s",
                        r.median(RoundCost::bytesPerSecond) / MEGA,
                        r.ratio(),
                        r.median(RoundCost::checkpointSeconds)));
        lines.add(
                text(
                        "last update alone: median %.2f s, allowed %.2f s (1.5 x %.2f s to write a"
                                + " version raw + 0.5 s)",
                        r.medianOfCloses(CloseLatency::seconds),
                        r.medianOfCloses(CloseLatency::allowedSeconds),
                        r.medianOfCloses(CloseLatency::rawWriteSeconds)));
        var model = (double) r.pipeline().modelBytes();
        for (var memory : r.memory()) {
            lines.add(
                    text(
                            "%-14s CPU %5.2f s per GB of updates, live heap %6.0f MB (%.2f x the"
                                    + " model), peak RSS %6.0f MB",
                            memory.process(),
                            r.median(cost -> cost.cpuSeconds().get(memory.process()))
                                    / (r.median(c -> (double) c.updateBytes()) / GIGA),
                            memory.liveHeapBytes() / MEGA,
                            memory.liveHeapBytes() / model,
                            memory.peakRssBytes() / MEGA));
        }
        lines.add(
                text(
                        "last checkpoint %.0f MB in %.2f s",
                        r.checkpoint().bytes() / MEGA, r.checkpoint().seconds()));
        return lines;
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
