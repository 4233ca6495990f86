package io.tributary.tests.bench;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The table as it is printed, a line as soon as its case has been measured. */
final class KernelLines {

    private static final String GAP = "  ";

    private static final double BUSY = 0.7;

    private final int usualSilos;
    private final int width;

    KernelLines(List<KernelCase> cases, int usualSilos) {
        this.usualSilos = usualSilos;
        width = cases.stream().mapToInt(c -> name(c).length()).max().orElse(0);
    }

    static String heading(KernelSuite suite, int silos, int coordinates) {
        return text(
                "%s silos x %s float32 (%.0f MB) in one thread, both passes; JDK %s, %s",
                silos,
                Size.text(coordinates),
                (double) silos * coordinates * Float.BYTES / 1e6,
                Runtime.version().feature(),
                suite.vectorApi() ? "Vector API" : "plain Java");
    }

    /** Of a machine that others use; its load counts threads that run or want to. */
    static Optional<String> warning(double load) {
        return load < BUSY
                ? Optional.empty()
                : Optional.of(
                        text(
                                "This machine is busy (load %.1f): CPU times are too high, elapsed"
                                        + " times mean little.",
                                load));
    }

    String costHeadings() {
        return line("rule", "CPU s", "required", "met", "GB/s", "x read");
    }

    String scalingHeadings(int threads) {
        return line("", "1 thr s", threads + " thr s", "met", "gain", "by CPU");
    }

    String of(KernelCase kernel, Outcome outcome) {
        if (outcome instanceof Outcome.Measured measured) {
            double cpu = measured.medianCpuSeconds();
            var required = kernel.requiredCpuSeconds();
            return line(
                    name(kernel),
                    text("%.4f", cpu),
                    required == null ? "-" : text("%.4f", required),
                    required == null ? "-" : yes(cpu <= required),
                    text("%.1f", kernel.bytes() / cpu / 1e9),
                    text("%.1f", measured.timesRead()));
        }
        if (outcome instanceof Outcome.Scaled scaled) {
            return line(
                    name(kernel),
                    text("%.4f", Outcome.median(scaled.oneThreadSeconds())),
                    text("%.4f", Outcome.median(scaled.manyThreadsSeconds())),
                    yes(scaled.gain() >= KernelTable.REQUIRED_GAIN),
                    text("%.2f", scaled.gain()),
                    text("%.2f", scaled.gainByCpu()));
        }
        var unmeasured = (Outcome.Unmeasured) outcome;
        var reason = unmeasured.failed() ? "failed: " + unmeasured.reason() : unmeasured.reason();
        return text("%-" + width + "s%s%s", name(kernel), GAP, reason);
    }

    /** What the figures have to be seen against: the plain loop, and what other threads spent. */
    static Optional<String> closing(Map<KernelCase, Outcome> outcomes) {
        double slowest = Double.POSITIVE_INFINITY;
        double fastest = 0;
        double cpu = 0;
        double other = 0;
        for (var entry : outcomes.entrySet()) {
            if (entry.getValue() instanceof Outcome.Measured measured) {
                double speed = entry.getKey().bytes() / measured.medianReadSeconds() / 1e9;
                slowest = Math.min(slowest, speed);
                fastest = Math.max(fastest, speed);
                cpu += measured.meanCpuSeconds();
                other += measured.meanOtherSeconds();
            }
        }
        return cpu == 0
                ? Optional.empty()
                : Optional.of(
                        text(
                                "Plain read loop: %.1f to %.1f GB/s. Compiler, collector and all"
                                        + " other threads: %.0f%% on top.",
                                slowest, fastest, 100 * Math.max(0, other / cpu)));
    }

    String name(KernelCase kernel) {
        return kernel.name(usualSilos);
    }

    private String line(
            String name, String first, String second, String met, String fourth, String fifth) {
        return text(
                        "%-" + width + "s%s%7s%s%8s%s%3s%s%5s%s%6s",
                        name,
                        GAP,
                        first,
                        GAP,
                        second,
                        GAP,
                        met,
                        GAP,
                        fourth,
                        GAP,
                        fifth)
                .stripTrailing();
    }

    private static String yes(boolean met) {
        return met ? "yes" : "no";
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
