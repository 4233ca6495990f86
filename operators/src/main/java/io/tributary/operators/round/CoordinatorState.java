package io.tributary.operators.round;

import io.tributary.operators.update.CompleteUpdate;
import io.tributary.schemas.model.Measurement;
import io.tributary.schemas.round.RoundPlan;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Everything the round policy remembers about one model line. A round is open, or a version is on
 * its way, or silos are being waited for; with overlapping rounds one may be open while the version
 * of the one before is on its way.
 *
 * @param version newest version that exists
 * @param clock learning-rate clock after it, in local steps
 * @param layoutDigest digest of the model's layout
 * @param moments names of the moments that the server optimizer of the last step keeps; empty
 *     before the first
 * @param optimizerSteps steps that these moments have taken
 * @param measurements what the rule handed on after the last round, by name
 * @param open the open round; null between rounds
 * @param publication the version on its way; null otherwise
 * @param silos every silo seen, in silo-id order
 * @param control what operators have asked for
 * @param closed plans of the last closed rounds, as many as an update may be late
 * @param waiting whole updates that no round has taken yet, in the order in which they came
 * @param begunMillis broker time of the newest update in the version that this state began with
 */
public record CoordinatorState(
        int version,
        long clock,
        String layoutDigest,
        List<String> moments,
        long optimizerSteps,
        List<Measurement> measurements,
        @Nullable OpenRound open,
        @Nullable Publication publication,
        List<SiloStanding> silos,
        ControlState control,
        List<RoundPlan> closed,
        List<CompleteUpdate> waiting,
        long begunMillis) {

    /** Newest version that exists or is on its way. */
    public int newest() {
        return publication == null ? version : publication.version();
    }

    /** The open round, or the one to be planned next. */
    int currentRound() {
        return open == null ? newest() + 1 : open.plan().round();
    }

    /** First round that is not planned yet. */
    int nextToPlan() {
        return open == null ? currentRound() : currentRound() + 1;
    }

    SiloStanding standing(String silo) {
        return silos.stream()
                .filter(s -> s.silo().equals(silo))
                .findFirst()
                .orElse(SiloStanding.unknown(silo));
    }

    Set<String> evicted() {
        return silos.stream()
                .filter(SiloStanding::evicted)
                .map(SiloStanding::silo)
                .collect(Collectors.toSet());
    }

    Optional<RoundPlan> closedPlan(int round) {
        return closed.stream().filter(plan -> plan.round() == round).findFirst();
    }

    CoordinatorState withOpen(@Nullable OpenRound next) {
        return with(changed -> changed.open = next);
    }

    CoordinatorState withPublication(@Nullable Publication next) {
        return with(changed -> changed.publication = next);
    }

    CoordinatorState withVersion(int newVersion, long newClock) {
        return with(
                changed -> {
                    changed.version = newVersion;
                    changed.clock = newClock;
                });
    }

    CoordinatorState withStanding(String silo, UnaryOperator<SiloStanding> change) {
        var next = new ArrayList<>(silos);
        next.removeIf(s -> s.silo().equals(silo));
        next.add(change.apply(standing(silo)));
        next.sort(Comparator.comparing(SiloStanding::silo));
        return withSilos(next);
    }

    CoordinatorState withSilos(List<SiloStanding> next) {
        return with(changed -> changed.silos = next);
    }

    CoordinatorState withControl(ControlState next) {
        return with(changed -> changed.control = next);
    }

    CoordinatorState withWaiting(List<CompleteUpdate> next) {
        return with(changed -> changed.waiting = List.copyOf(next));
    }

    /**
     * Remembers the plan of a round that has closed.
     *
     * @param memory how many such plans to remember
     */
    CoordinatorState withClosed(RoundPlan plan, int memory) {
        var next = new ArrayList<>(closed);
        next.add(plan);
        next.removeIf(p -> p.round() <= plan.round() - memory);
        return withClosed(List.copyOf(next));
    }

    CoordinatorState withClosed(List<RoundPlan> next) {
        return with(changed -> changed.closed = next);
    }

    /** A server optimizer takes a step: its first, unless the moments it keeps are there. */
    CoordinatorState withStepOf(List<String> momentNames) {
        long steps = momentNames.equals(moments) ? optimizerSteps + 1 : 1;
        return withMoments(momentNames, steps);
    }

    CoordinatorState withMoments(List<String> momentNames, long steps) {
        return with(
                changed -> {
                    changed.moments = momentNames;
                    changed.optimizerSteps = steps;
                });
    }

    /** What a rule hands on to the next round. */
    public CoordinatorState withMeasurements(List<Measurement> next) {
        return with(changed -> changed.measurements = next);
    }

    private CoordinatorState with(Consumer<Fields> change) {
        var fields = new Fields(this);
        change.accept(fields);
        return fields.state();
    }

    /** The same, while some of it is changed. */
    private static final class Fields {
        private int version;
        private long clock;
        private final String layoutDigest;
        private List<String> moments;
        private long optimizerSteps;
        private List<Measurement> measurements;
        private @Nullable OpenRound open;
        private @Nullable Publication publication;
        private List<SiloStanding> silos;
        private ControlState control;
        private List<RoundPlan> closed;
        private List<CompleteUpdate> waiting;
        private final long begunMillis;

        Fields(CoordinatorState state) {
            version = state.version;
            clock = state.clock;
            layoutDigest = state.layoutDigest;
            moments = state.moments;
            optimizerSteps = state.optimizerSteps;
            measurements = state.measurements;
            open = state.open;
            publication = state.publication;
            silos = state.silos;
            control = state.control;
            closed = state.closed;
            waiting = state.waiting;
            begunMillis = state.begunMillis;
        }

        CoordinatorState state() {
            return new CoordinatorState(
                    version,
                    clock,
                    layoutDigest,
                    moments,
                    optimizerSteps,
                    measurements,
                    open,
                    publication,
                    silos,
                    control,
                    closed,
                    waiting,
                    begunMillis);
        }
    }
}
