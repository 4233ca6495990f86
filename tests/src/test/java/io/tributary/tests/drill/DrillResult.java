package io.tributary.tests.drill;

import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.update.RejectionReason;
import io.tributary.tests.drill.InjectedFault.Effect;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What a drill has shown.
 *
 * @param faults in the order in which they were injected
 * @param versions versions that were checked, besides version 0
 * @param lost manifests and chunks of versions that were written and lost with their transactions
 * @param accepted updates that are in a version
 * @param rejected updates that are in none, by reason
 * @param violations promises that were not kept
 * @param seconds how long it took
 */
record DrillResult(
        DrillOptions options,
        List<InjectedFault> faults,
        int versions,
        long lost,
        int accepted,
        Map<RejectionReason, Integer> rejected,
        List<Violation> violations,
        double seconds) {

    DrillResult {
        faults = List.copyOf(faults);
        violations = List.copyOf(violations);
    }

    static DrillResult of(
            DrillOptions options,
            List<InjectedFault> faults,
            List<Violation> violations,
            FederationLog log,
            long lost,
            double seconds) {
        var accounts = Accounts.of(log);
        return new DrillResult(
                options,
                faults,
                Math.toIntExact(
                        log.manifests().stream()
                                .map(ModelVersion::version)
                                .filter(version -> version > 0)
                                .distinct()
                                .count()),
                lost,
                accounts.accepted().values().stream().mapToInt(List::size).sum(),
                accounts.reasons(),
                violations,
                seconds);
    }

    /** Seconds to recovery by kind of fault, in order. */
    Map<FaultKind, List<Double>> recoveries() {
        var recoveries = new EnumMap<FaultKind, List<Double>>(FaultKind.class);
        for (var injected : faults) {
            recoveries
                    .computeIfAbsent(injected.fault().kind(), k -> new ArrayList<>())
                    .add(injected.recoverySeconds());
        }
        return recoveries;
    }

    /** Faults that came too late, or too early, for what they were to interrupt. */
    int missed() {
        return (int) faults.stream().filter(f -> f.effect() == Effect.MOMENT_MISSED).count();
    }

    int late() {
        return rejected.getOrDefault(RejectionReason.LATE, 0);
    }

    /** The middle one, or the mean of the two in the middle; 0 of nothing. */
    static double median(Collection<Double> values) {
        var sorted = values.stream().sorted().toList();
        int n = sorted.size();
        return n == 0 ? 0 : (sorted.get((n - 1) / 2) + sorted.get(n / 2)) / 2;
    }
}
