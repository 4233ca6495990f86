package io.tributary.tests.drill;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** What a drill prints at its end. */
final class DrillLines {

    private DrillLines() {}

    static List<String> of(DrillResult result) {
        var lines = new ArrayList<String>();
        lines.add(line("%-26s %8s %9s %9s", "Fault", "injected", "median s", "max s"));
        result.recoveries()
                .forEach(
                        (kind, seconds) ->
                                lines.add(
                                        line(
                                                "%-26s %8d %9.1f %9.1f",
                                                kind,
                                                seconds.size(),
                                                DrillResult.median(seconds),
                                                Collections.max(seconds))));
        var all = result.faults().stream().map(InjectedFault::recoverySeconds).toList();
        lines.add(
                line(
                        "%-26s %8d %9.1f %9.1f",
                        "all",
                        all.size(),
                        DrillResult.median(all),
                        all.stream().mapToDouble(s -> s).max().orElse(0)));
        lines.add("");
        lines.add(
                line(
                        "Rounds %s, versions checked %s, in %.0f s with seed %s",
                        result.options().rounds(),
                        result.versions(),
                        result.seconds(),
                        result.options().seed()));
        lines.add(line("Faults that missed their moment: %s", result.missed()));
        lines.add(
                line(
                        "Manifests and chunks lost with their transactions, and made again: %s",
                        result.lost()));
        int rejected = result.rejected().values().stream().mapToInt(n -> n).sum();
        lines.add(
                line(
                        "Updates accepted %s, late %s, otherwise rejected %s%s",
                        result.accepted(),
                        result.late(),
                        rejected - result.late(),
                        rejected == 0 ? "" : " " + result.rejected()));
        lines.add("Violations " + result.violations().size());
        result.violations().forEach(violation -> lines.add("  " + violation));
        return lines;
    }

    private static String line(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
