package io.tributary.cli.watch;

import io.tributary.schemas.round.RoundStatus;
import io.tributary.schemas.update.RejectedUpdate;
import io.tributary.schemas.update.RejectionReason;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * One model of a federation at one moment. Immutable.
 *
 * @param federation name of the federation
 * @param model name of the model line
 * @param atMillis the moment, epoch milliseconds
 * @param parameters number of parameters; 0 until a version is seen
 * @param openRound the round that is planned and has not made its version; null if none
 * @param silos all silos that have an update topic or were named, in silo-id order
 * @param rounds rounds in the log, by number
 * @param versions versions in the log, by number
 * @param refusals updates that were not used, in the order in which they were refused; each once
 * @param operators what operators have changed
 */
public record FederationSnapshot(
        String federation,
        String model,
        long atMillis,
        long parameters,
        @Nullable RoundSnapshot openRound,
        List<SiloSnapshot> silos,
        List<RoundSnapshot> rounds,
        List<VersionSnapshot> versions,
        List<RejectedUpdate> refusals,
        OperatorChanges operators) {

    /**
     * How long after its round's end a refused update came, in seconds; empty if it was not late,
     * or when its round ended is not known.
     */
    public OptionalDouble secondsLate(RejectedUpdate refused) {
        if (refused.reason() != RejectionReason.LATE) {
            return OptionalDouble.empty();
        }
        return round(refused.round())
                .map(RoundSnapshot::outcome)
                .filter(outcome -> outcome.status() != RoundStatus.EXTENDED)
                .map(outcome -> (refused.appendMillis() - outcome.decidedMillis()) / 1000.0)
                .filter(seconds -> seconds >= 0)
                .map(OptionalDouble::of)
                .orElse(OptionalDouble.empty());
    }

    /** The same at a later moment, if nothing has happened meanwhile. */
    public FederationSnapshot at(long millis) {
        return new FederationSnapshot(
                federation,
                model,
                millis,
                parameters,
                openRound,
                silos,
                rounds,
                versions,
                refusals,
                operators);
    }

    public Optional<VersionSnapshot> newestVersion() {
        return newest(versions);
    }

    /**
     * The newest version that all who were to take part in its round have evaluated; if there is
     * none, the newest that anybody has.
     */
    public Optional<VersionSnapshot> newestEvaluated() {
        return newest(versions.stream().filter(VersionSnapshot::fullyEvaluated).toList())
                .or(
                        () ->
                                newest(
                                        versions.stream()
                                                .filter(v -> !v.evaluations().isEmpty())
                                                .toList()));
    }

    public Optional<VersionSnapshot> version(int version) {
        return versions.stream().filter(v -> v.version() == version).findFirst();
    }

    public Optional<RoundSnapshot> round(int round) {
        return rounds.stream().filter(r -> r.round() == round).findFirst();
    }

    public Optional<SiloSnapshot> silo(String silo) {
        return silos.stream().filter(s -> s.silo().equals(silo)).findFirst();
    }

    /** How long the open round has been open; 0 without one. */
    public double secondsOpen() {
        return openRound == null ? 0 : Math.max(0, atMillis - openRound.plannedMillis()) / 1000.0;
    }

    /** Since the first round in the log was planned; 0 without one. */
    public double secondsElapsed() {
        return rounds.stream()
                .filter(r -> r.plannedMillis() > 0)
                .findFirst()
                .map(r -> Math.max(0, atMillis - r.plannedMillis()) / 1000.0)
                .orElse(0.0);
    }

    public int accepted() {
        return silos.stream().mapToInt(SiloSnapshot::accepted).sum();
    }

    public int late() {
        return silos.stream().mapToInt(SiloSnapshot::late).sum();
    }

    public int rejected() {
        return silos.stream().mapToInt(SiloSnapshot::rejected).sum();
    }

    private static Optional<VersionSnapshot> newest(List<VersionSnapshot> versions) {
        return versions.isEmpty()
                ? Optional.empty()
                : Optional.of(versions.get(versions.size() - 1));
    }
}
