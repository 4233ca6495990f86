package io.tributary.tests.drill;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a drill has shown, as JSON. */
final class DrillReport {

    private static final ObjectMapper JSON = new ObjectMapper();

    private DrillReport() {}

    static void write(DrillResult result, Path file) throws IOException {
        var options = result.options();
        var report = new LinkedHashMap<String, Object>();
        report.put("rounds", options.rounds());
        report.put("seed", options.seed());
        report.put("silos", options.silos());
        report.put("rule", options.rule());
        report.put("optimizer", options.optimizer());
        report.put("attack", options.attack());
        report.put("seconds", result.seconds());
        report.put("versions_checked", result.versions());
        report.put("faults_missed", result.missed());
        report.put("records_lost", result.lost());
        report.put("updates_accepted", result.accepted());
        report.put("updates_rejected", result.rejected());
        var all = result.faults().stream().map(InjectedFault::recoverySeconds).toList();
        report.put("recovery_seconds_median", DrillResult.median(all));
        report.put("recovery_seconds_max", all.stream().mapToDouble(s -> s).max().orElse(0));
        report.put("faults", faults(result));
        report.put(
                "violations",
                result.violations().stream()
                        .map(v -> Map.of("law", v.law().name(), "detail", v.detail()))
                        .toList());
        JSON.writerWithDefaultPrettyPrinter().writeValue(file.toFile(), report);
    }

    private static List<Map<String, Object>> faults(DrillResult result) {
        var faults = new ArrayList<Map<String, Object>>();
        for (var injected : result.faults()) {
            var fault = new LinkedHashMap<String, Object>();
            fault.put("kind", injected.fault().kind().option());
            fault.put("round", injected.fault().round());
            fault.put("moment", injected.fault().moment().toString());
            fault.put("note", injected.note());
            fault.put("effect", injected.effect().name().toLowerCase(Locale.ROOT));
            fault.put("recovery_seconds", injected.recoverySeconds());
            faults.add(fault);
        }
        return faults;
    }
}
