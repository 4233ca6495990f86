package io.tributary.tests.bench;

import io.tributary.cli.ParameterCount;
import java.util.List;
import java.util.Locale;

/** What {@code bench silo} prints. */
final class SiloLines {

    private SiloLines() {}

    static List<String> of(SiloOutcome outcome) {
        var setting = outcome.setting();
        return List.of(
                text(
                        "%s parameters; updates in %s (%.0f MB), versions in %s (%.0f MB); medians"
                                + " of %s",
                        ParameterCount.text(setting.parameters()),
                        setting.codec().lowerCaseName(),
                        setting.updateBytes() / 1e6,
                        setting.publish().lowerCaseName(),
                        setting.versionBytes() / 1e6,
                        outcome.repetitions().size()),
                "",
                "            MB/s   raw MB/s  ratio  required  met  CPU s/GB  raw CPU s/GB",
                line(outcome.upload()),
                line(outcome.download()),
                "",
                text(
                        "Memory beyond the trainer's own, in MB and in models of %.0f MB (f32)",
                        setting.modelBytes() / 1e6),
                "                        MB  models  required  met",
                text(
                        "live, heap+direct  %7.0f  %6.2f  %8.2f  %3s",
                        outcome.liveBytes() / 1e6,
                        outcome.liveModels(),
                        SiloOutcome.REQUIRED_MODELS,
                        yes(outcome.liveModels() <= SiloOutcome.REQUIRED_MODELS)),
                text("  of it heap       %7.0f", outcome.memory().live().heap() / 1e6),
                resident("resident", outcome.memory().resident().resident(), setting.modelBytes()),
                resident(
                        "  JVM at rest", outcome.memory().rest().resident(), setting.modelBytes()));
    }

    private static String line(SiloOutcome.Direction direction) {
        return text(
                "%-9s%7.0f  %9.0f  %5.2f  %8.2f  %3s  %8.2f  %12.2f",
                direction.name(),
                direction.silo().megabytesPerSecond(),
                direction.raw().megabytesPerSecond(),
                direction.ratio(),
                SiloOutcome.REQUIRED_RATIO,
                yes(direction.met()),
                direction.silo().cpuSecondsPerGigabyte(),
                direction.raw().cpuSecondsPerGigabyte());
    }

    private static String resident(String name, long bytes, long model) {
        return bytes == 0
                ? text("%-17s  cannot be told on this system", name)
                : text("%-17s  %7.0f  %6.2f", name, bytes / 1e6, (double) bytes / model);
    }

    private static String yes(boolean met) {
        return met ? "yes" : "no";
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
