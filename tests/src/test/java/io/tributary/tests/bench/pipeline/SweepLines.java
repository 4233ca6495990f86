package io.tributary.tests.bench.pipeline;

import io.tributary.cli.ParameterCount;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A sweep, for people. */
final class SweepLines {

    private static final double MEGA = 1e6;
    private static final double GIGA = 1e9;
    private static final double[] SIZES = {1.3e9, 7e9, 70e9};
    private static final int[] SILOS = {8, 64};

    private SweepLines() {}

    static String headings() {
        return "parameters  silos  codec  rule                  s     MB/s  of raw  close s  CPU s/GB"
                + "  live heap x model  checkpoint MB/s";
    }

    static String of(PipelineResult r) {
        var c = r.pipeline();
        return text(
                "%10s %6s  %-5s  %-16s %6.2f %8.0f %7.2f %8.2f %9.2f %18.2f %16.0f",
                ParameterCount.text(c.parameters()),
                c.silos(),
                c.codec().lowerCaseName(),
                c.rule(),
                r.median(RoundCost::seconds),
                r.median(RoundCost::bytesPerSecond) / MEGA,
                r.ratio(),
                r.medianOfCloses(CloseLatency::seconds),
                r.taskManagerCpuSeconds() / (r.median(x -> (double) x.updateBytes()) / GIGA),
                r.liveHeapBytes() / c.modelBytes(),
                r.checkpoint().bytes() / MEGA / Math.max(1e-3, r.checkpoint().seconds()));
    }

    /** What was fitted, whether it holds at twice the size, and what it says of larger models. */
    static List<String> fits(
            List<PipelineResult> sizes, PipelineResult twice, Sizing.Machine machine) {
        var cpu = CostFit.of(sizes, PipelineResult::taskManagerCpuSeconds);
        var seconds = CostFit.of(sizes, r -> r.median(RoundCost::seconds));
        var heap = CostFit.of(sizes, PipelineResult::liveHeapBytes);
        var lines = new ArrayList<String>();
        lines.add("");
        lines.add(
                "fitted:             fixed   per million parameters   and silo   worst deviation   at"
                        + " twice the size: predicted   measured");
        lines.add(fit("seconds", "s", 1, seconds, twice, twice.median(RoundCost::seconds)));
        lines.add(fit("CPU", "s", 1, cpu, twice, twice.taskManagerCpuSeconds()));
        lines.add(fit("live heap", "MB", MEGA, heap, twice, twice.liveHeapBytes()));
        lines.add(here(cpu, heap, twice));
        lines.add("");
        lines.add(
                text(
                        "predicted, on machines of %s cores, %.0f GB and %.1f GB/s:",
                        machine.cores(),
                        machine.memoryBytes() / GIGA,
                        machine.networkBytesPerSecond() / GIGA));
        lines.add("parameters  silos  machines    heap GB        s  limited by");
        var c = twice.pipeline();
        for (double size : SIZES) {
            for (int silos : SILOS) {
                var sizing =
                        Sizing.of(
                                size,
                                silos,
                                machine,
                                cpu,
                                heap,
                                c.codec().encodedBytes(1),
                                c.publication().encodedBytes(1));
                lines.add(
                        text(
                                "%10s %6s %9s %10.0f %8.1f  %s",
                                ParameterCount.text((long) size),
                                silos,
                                sizing.machines(),
                                sizing.heapBytes() / GIGA,
                                sizing.seconds(),
                                sizing.byNetwork() ? "network" : "processors"));
            }
        }
        return lines;
    }

    /** What the sizing below would have said of the case that the fit has not seen. */
    private static String here(CostFit cpu, CostFit heap, PipelineResult twice) {
        var c = twice.pipeline();
        var machine = new Sizing.Machine(c.parallelism(), Double.MAX_VALUE, Double.MAX_VALUE);
        double predicted =
                Sizing.of(
                                c.parameters(),
                                c.silos(),
                                machine,
                                cpu,
                                heap,
                                c.codec().encodedBytes(1),
                                c.publication().encodedBytes(1))
                        .seconds();
        double measured = twice.median(RoundCost::seconds);
        return text(
                "sizing for %s processors: %.2f s predicted, %.2f s measured (%+.0f %%)",
                c.parallelism(), predicted, measured, (measured / predicted - 1) * 100);
    }

    private static String fit(
            String name,
            String unit,
            double scale,
            CostFit fit,
            PipelineResult twice,
            double measured) {
        var c = twice.pipeline();
        double predicted = fit.predict(c.parameters(), c.silos());
        return text(
                "%-12s %9.3f %-2s %21.5f %10.5f %14.0f %% %33.2f %10.2f (%+.0f %%)",
                name,
                fit.fixed() / scale,
                unit,
                fit.perParameter() * MEGA / scale,
                fit.perValue() * MEGA / scale,
                fit.worst() * 100,
                predicted / scale,
                measured / scale,
                (measured / predicted - 1) * 100);
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
