package io.tributary.cli.watch;

import static java.util.Collections.unmodifiableNavigableMap;

import io.tributary.kafka.client.AuditedCommand;
import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.control.CommandRecord;
import io.tributary.schemas.control.ControlOutcome;
import io.tributary.schemas.model.CohortMember;
import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.round.RoundOutcome;
import io.tributary.schemas.round.RoundPlan;
import io.tributary.schemas.round.RoundStatus;
import io.tributary.schemas.round.RoundWeights;
import io.tributary.schemas.round.SiloAssignment;
import io.tributary.schemas.round.UpdateVerdict;
import io.tributary.schemas.silo.SiloEvaluation;
import io.tributary.silo.Evaluation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What the records of one model add up to. */
final class ModelHistory {

    private record Planned(RoundPlan plan, long firstMillis, long newestMillis) {}

    /** What the picture needs of a manifest: the whole is large. */
    private record Published(
            int baseVersion,
            long firstMillis,
            String digest,
            List<CohortMember> cohort,
            long elements,
            long bytes,
            SortedMap<String, Double> measurements) {

        static Published of(ModelVersion version, long appendMillis) {
            var measurements = new TreeMap<String, Double>();
            version.measurements().forEach(m -> measurements.put(m.name(), m.value()));
            return new Published(
                    version.baseVersion(),
                    appendMillis,
                    version.digest(),
                    version.cohort(),
                    version.layout().elements(),
                    publishedBytes(version),
                    measurements);
        }

        /** Payload of the chunks that carry this version's number, moments included. */
        private static long publishedBytes(ModelVersion version) {
            boolean snapshot = version.snapshotVersion() == version.version();
            long bytes = 0;
            for (var span : version.layout().chunks()) {
                if (version.chunkVersions()[span.chunk()] == version.version()) {
                    bytes += version.codec().encodedBytes(span.elements());
                    if (snapshot) {
                        bytes +=
                                (long) version.momentParts()
                                        * Codec.F32.encodedBytes(span.elements());
                    }
                }
            }
            return bytes;
        }

        Published againAs(Published now) {
            return new Published(
                    now.baseVersion,
                    firstMillis,
                    now.digest,
                    now.cohort,
                    now.elements,
                    now.bytes,
                    now.measurements);
        }
    }

    private final TreeMap<Integer, Planned> plans = new TreeMap<>();
    private final TreeMap<Integer, RoundOutcome> outcomes = new TreeMap<>();
    private final TreeMap<Integer, List<RoundOutcome>> extensions = new TreeMap<>();
    private final TreeMap<Long, CommandRecord> commands = new TreeMap<>();
    private final TreeMap<Long, ControlOutcome> answers = new TreeMap<>();
    private final TreeMap<Integer, RoundWeights> weights = new TreeMap<>();
    private final TreeMap<Integer, Published> versions = new TreeMap<>();
    private final TreeMap<Integer, TreeMap<String, Evaluation>> evaluations = new TreeMap<>();
    private final Refusals refusals = new Refusals();
    private @Nullable RoundPlan newestPlan;
    private long parameters;

    void accept(RoundPlan plan, long appendMillis) {
        newestPlan = plan;
        plans.merge(
                plan.round(),
                new Planned(plan, appendMillis, appendMillis),
                (before, now) -> new Planned(now.plan(), before.firstMillis(), now.newestMillis()));
    }

    void accept(RoundOutcome outcome) {
        outcomes.put(outcome.round(), outcome);
        if (outcome.status() == RoundStatus.EXTENDED) {
            extensions.computeIfAbsent(outcome.round(), r -> new ArrayList<>()).add(outcome);
        }
    }

    void accept(CommandRecord command) {
        commands.put(command.offset(), command);
    }

    void accept(ControlOutcome answer) {
        answers.put(answer.offset(), answer);
    }

    OperatorChanges operators() {
        return OperatorChanges.of(
                commands.values().stream()
                        .map(c -> new AuditedCommand(c, answers.get(c.offset())))
                        .toList());
    }

    void accept(RoundWeights weighed) {
        weights.put(weighed.round(), weighed);
    }

    void accept(ModelVersion version, long appendMillis) {
        parameters = version.layout().elements();
        versions.merge(version.version(), Published.of(version, appendMillis), Published::againAs);
    }

    void accept(String silo, SiloEvaluation e) {
        if (e.version() >= 0 && e.tokens() > 0 && Double.isFinite(e.nats()) && e.nats() >= 0) {
            evaluations
                    .computeIfAbsent(e.version(), v -> new TreeMap<>())
                    .put(silo, new Evaluation(e.nats(), e.tokens(), e.bytes()));
        }
    }

    Refusals refusals() {
        return refusals;
    }

    boolean isReal() {
        return !versions.isEmpty() || !plans.isEmpty();
    }

    long parameters() {
        return parameters;
    }

    NavigableMap<Integer, Evaluation> evaluationsBy(String silo) {
        var bySilo = new TreeMap<Integer, Evaluation>();
        evaluations.forEach(
                (version, reports) -> {
                    if (versions.containsKey(version) && reports.containsKey(silo)) {
                        bySilo.put(version, reports.get(silo));
                    }
                });
        return unmodifiableNavigableMap(bySilo);
    }

    /** By silo; who has no part in any version or round is not in it. */
    Map<String, SiloTally> tallies() {
        var tallies = new HashMap<String, SiloTally>();
        for (var published : versions.values()) {
            for (var member : published.cohort()) {
                tallies.merge(
                        member.silo(),
                        new SiloTally(1, 0, updateBytes(member, published)),
                        SiloTally::plus);
            }
        }
        for (var outcome : outcomes.values()) {
            if (outcome.status() == RoundStatus.CLOSED) {
                for (var verdict : outcome.verdicts()) {
                    if (verdict.status() == UpdateVerdict.Status.MISSING) {
                        tallies.merge(verdict.silo(), SiloTally.MISSING, SiloTally::plus);
                    }
                }
            }
        }
        return tallies;
    }

    /**
     * Payload of an update; 0 if its plan is not known, and for what came through a relay, which
     * was not sent to this federation.
     */
    private long updateBytes(CohortMember member, Published published) {
        var planned = plans.get(member.round());
        return planned == null || !member.relay().isEmpty()
                ? 0
                : published.elements() * planned.plan().codec().encodedBytes(1);
    }

    List<VersionSnapshot> versions(Collection<String> presentSilos) {
        var snapshots = new ArrayList<VersionSnapshot>();
        versions.forEach(
                (version, published) -> {
                    var reports = new TreeMap<>(evaluations.getOrDefault(version, new TreeMap<>()));
                    var expected = expectedToEvaluate(version, presentSilos);
                    snapshots.add(
                            new VersionSnapshot(
                                    version,
                                    published.baseVersion(),
                                    published.firstMillis(),
                                    published.digest(),
                                    published.cohort(),
                                    published.bytes(),
                                    published.measurements(),
                                    unmodifiableNavigableMap(reports),
                                    !reports.isEmpty() && reports.keySet().containsAll(expected)));
                });
        return snapshots;
    }

    List<RoundSnapshot> rounds(List<VersionSnapshot> known) {
        var numbers = new TreeSet<>(plans.keySet());
        numbers.addAll(outcomes.keySet());
        var made = new TreeMap<Integer, VersionSnapshot>();
        for (var version : known) {
            made.put(version.version(), version);
            if (!version.cohort().isEmpty()) {
                numbers.add(version.version());
            }
        }
        var snapshots = new ArrayList<RoundSnapshot>();
        for (int number : numbers) {
            var planned = plans.get(number);
            snapshots.add(
                    new RoundSnapshot(
                            number,
                            planned == null ? null : planned.plan(),
                            planned == null ? 0 : planned.firstMillis(),
                            planned == null ? 0 : planned.newestMillis(),
                            List.copyOf(extensions.getOrDefault(number, List.of())),
                            outcomes.get(number),
                            weights.get(number),
                            made.get(number),
                            refusals.byReason(number)));
        }
        return snapshots;
    }

    /**
     * The last plan in the log is the one that counts; its round is open until its version is, or
     * until it is given up.
     */
    @Nullable RoundSnapshot open(List<RoundSnapshot> rounds) {
        if (newestPlan == null) {
            return null;
        }
        int round = newestPlan.round();
        if (!versions.isEmpty() && versions.lastKey() >= round) {
            return null;
        }
        return rounds.stream()
                .filter(r -> r.round() == round && !r.isAbandoned())
                .findFirst()
                .orElse(null);
    }

    private Collection<String> expectedToEvaluate(int version, Collection<String> presentSilos) {
        var planned = plans.containsKey(version) ? plans.get(version) : plans.get(version + 1);
        return planned == null
                ? presentSilos
                : planned.plan().silos().stream().map(SiloAssignment::silo).toList();
    }
}
