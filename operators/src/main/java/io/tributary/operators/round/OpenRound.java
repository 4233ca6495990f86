package io.tributary.operators.round;

import io.tributary.schemas.round.RoundPlan;
import io.tributary.schemas.round.SiloAssignment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A round between its plan and its close.
 *
 * @param plan what was planned
 * @param openedMillis when its clock started
 * @param deadlineMillis when it closes with a quorum, or is extended, epoch milliseconds
 * @param quorumMillis when the quorum was reached, or when a job that was started again since began
 *     to wait anew; 0 before
 * @param accepted accepted updates in silo-id order, one of a silo
 * @param faulty silos whose newest upload was rejected
 * @param shutOut planned silos that have been evicted since, also if they were readmitted: what
 *     they have sent meanwhile was refused, and nobody waits for them
 * @param announced uploads that are not whole yet and whose rows are being added, one of a silo
 */
public record OpenRound(
        RoundPlan plan,
        long openedMillis,
        long deadlineMillis,
        long quorumMillis,
        List<AcceptedUpdate> accepted,
        List<String> faulty,
        List<String> shutOut,
        List<AcceptedUpdate> announced) {

    /** State of a build that did not keep them has nobody shut out, and nothing announced. */
    public OpenRound {
        shutOut = shutOut == null ? List.of() : shutOut;
        announced = announced == null ? List.of() : announced;
    }

    /** A round that has just been planned. */
    static OpenRound of(RoundPlan plan, long nowMillis) {
        return new OpenRound(
                plan,
                nowMillis,
                nowMillis + plan.deadlineMillis(),
                0,
                List.of(),
                List.of(),
                List.of(),
                List.of());
    }

    /** The upload of this silo whose rows are being added though it is not whole. */
    Optional<AcceptedUpdate> announcedOf(String silo) {
        return announced.stream().filter(u -> u.silo().equals(silo)).findFirst();
    }

    OpenRound withAnnounced(AcceptedUpdate update) {
        var next = new ArrayList<>(announced);
        next.add(update);
        return withAnnounced(next);
    }

    OpenRound withoutAnnounced(AcceptedUpdate update) {
        return withAnnounced(announced.stream().filter(u -> !u.equals(update)).toList());
    }

    private OpenRound withAnnounced(List<AcceptedUpdate> next) {
        return new OpenRound(
                plan,
                openedMillis,
                deadlineMillis,
                quorumMillis,
                accepted,
                faulty,
                shutOut,
                List.copyOf(next));
    }

    /** Whether a delta of this silo is in, by itself or in a relay's sum. */
    boolean hasAccepted(String silo) {
        return accepted.stream().anyMatch(u -> u.silo().equals(silo) || u.hasMember(silo));
    }

    /** Whether nobody is left to wait for. */
    boolean isComplete() {
        return plan.silos().stream()
                .map(SiloAssignment::silo)
                .allMatch(silo -> shutOut.contains(silo) || hasAccepted(silo));
    }

    boolean hasQuorum() {
        return accepted.size() >= plan.quorum();
    }

    OpenRound with(AcceptedUpdate update, long nowMillis) {
        var nextAccepted = new ArrayList<>(accepted);
        nextAccepted.add(update);
        nextAccepted.sort(Comparator.comparing(AcceptedUpdate::silo));
        var nextFaulty = new ArrayList<>(faulty);
        nextFaulty.remove(update.silo());
        boolean quorumNow = nextAccepted.size() == plan.quorum();
        return new OpenRound(
                plan,
                openedMillis,
                deadlineMillis,
                quorumNow ? nowMillis : quorumMillis,
                List.copyOf(nextAccepted),
                List.copyOf(nextFaulty),
                shutOut,
                announced);
    }

    OpenRound withFaulty(String silo) {
        boolean isNews =
                plan.assignment(silo).isPresent() && !hasAccepted(silo) && !faulty.contains(silo);
        if (!isNews) {
            return this;
        }
        var next = new ArrayList<>(faulty);
        next.add(silo);
        return new OpenRound(
                plan,
                openedMillis,
                deadlineMillis,
                quorumMillis,
                accepted,
                List.copyOf(next),
                shutOut,
                announced);
    }

    /** Does not wait for these silos any more, as far as it was planned for them. */
    OpenRound without(Set<String> silos) {
        var next =
                plan.silos().stream()
                        .map(SiloAssignment::silo)
                        .filter(silo -> silos.contains(silo) || shutOut.contains(silo))
                        .toList();
        return new OpenRound(
                plan,
                openedMillis,
                deadlineMillis,
                quorumMillis,
                accepted,
                faulty,
                next,
                announced);
    }

    OpenRound withDeadline(long millis) {
        return new OpenRound(
                plan, openedMillis, millis, quorumMillis, accepted, faulty, shutOut, announced);
    }

    /** Waits anew for what may have come while nobody was reading. */
    OpenRound rearmed(long nowMillis) {
        return new OpenRound(
                plan,
                openedMillis,
                Math.max(deadlineMillis, nowMillis + plan.graceMillis()),
                hasQuorum() ? nowMillis : 0,
                accepted,
                faulty,
                shutOut,
                announced);
    }
}
