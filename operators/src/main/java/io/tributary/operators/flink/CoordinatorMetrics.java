package io.tributary.operators.flink;

import io.tributary.operators.figures.FederationFigures;
import io.tributary.operators.figures.RoundFigures;
import io.tributary.operators.figures.VersionFigures;
import io.tributary.operators.round.CoordinatorState;
import io.tributary.operators.round.Decision;
import java.util.List;
import java.util.function.LongSupplier;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.jspecify.annotations.Nullable;

/**
 * All that a coordinator of rounds shows. Counters are there from the beginning in every subtask;
 * what has a value rather than a count only in the one that has the model line, from the first
 * event on, or after a restore at once, as the checkpoint had it.
 */
final class CoordinatorMetrics {

    private final String model;
    private final RejectionMetrics rejections;
    private final SiloMetrics silos;
    private final RoundMetrics rounds;
    private final @Nullable VersionMetrics versions;
    private final DecisionMetrics decisions;

    private CoordinatorMetrics(
            MetricGroup metrics,
            String model,
            long silenceMillis,
            boolean makesVersions,
            LongSupplier clock) {
        this.model = model;
        rejections = new RejectionMetrics(metrics, clock);
        silos = new SiloMetrics(metrics, silenceMillis, clock);
        rounds = new RoundMetrics(metrics, clock);
        versions = makesVersions ? new VersionMetrics(metrics, clock) : null;
        var republishes = makesVersions ? "republishedVersions" : "republishedSums";
        decisions = new DecisionMetrics(metrics, silos, rejections, republishes);
    }

    /** Of a coordinator whose rounds make versions. */
    static CoordinatorMetrics ofVersions(
            MetricGroup metrics, String model, long silenceMillis, LongSupplier clock) {
        return new CoordinatorMetrics(metrics, model, silenceMillis, true, clock);
    }

    /** Of a relay, whose rounds make sums. */
    static CoordinatorMetrics ofSums(
            MetricGroup metrics, String model, long silenceMillis, LongSupplier clock) {
        return new CoordinatorMetrics(metrics, model, silenceMillis, false, clock);
    }

    /**
     * Where checkpoints keep what is shown: that of every subtask, which a restore gives to all.
     *
     * @throws Exception if the state cannot be opened
     */
    static ListState<FederationFigures> checkpointed(FunctionInitializationContext context)
            throws Exception {
        return context.getOperatorStateStore()
                .getUnionListState(
                        new ListStateDescriptor<>(
                                "figures", TypeInformation.of(FederationFigures.class)));
    }

    /**
     * Shows what a checkpoint had, if this subtask is the one that goes on with it.
     *
     * @param checkpointed the figures of all subtasks
     */
    void restore(Iterable<FederationFigures> checkpointed, RuntimeContext runtime) {
        var task = runtime.getTaskInfo();
        int owner =
                KeyGroupRangeAssignment.assignKeyToParallelOperator(
                        model,
                        task.getMaxNumberOfParallelSubtasks(),
                        task.getNumberOfParallelSubtasks());
        for (var figures : checkpointed) {
            if (figures.model().equals(model) && owner == task.getIndexOfThisSubtask()) {
                show(figures);
            }
        }
    }

    private void show(FederationFigures figures) {
        rounds.show(figures.rounds());
        silos.show(figures.silos());
        if (versions != null) {
            versions.show(figures.rounds().version());
            versions.show(figures.version());
            versions.show(figures.step());
        }
    }

    /** What a checkpoint is to have; nothing if this subtask has no model line. */
    List<FederationFigures> figures() {
        var shown = rounds.shown();
        if (shown == null) {
            return List.of();
        }
        return List.of(
                new FederationFigures(
                        model,
                        shown,
                        versions == null ? null : versions.version(),
                        versions == null ? null : versions.step(),
                        silos.figures()));
    }

    /** What a silo says of itself. */
    void heard(CoordinatorEvent event, long nowMillis) {
        if (event.presence() != null) {
            silos.seen(event.silo(), event.presence(), nowMillis);
        } else if (event.evaluation() != null) {
            silos.evaluated(event.silo(), event.evaluation());
        }
        if (!event.silo().isEmpty()) {
            rejections.expect(event.silo());
        }
    }

    void decided(List<Decision> decided) {
        decisions.count(decided);
    }

    /**
     * The newest version has been read back without having just become readable: the one that the
     * job began with, which is shown but for how it was made, which others knew; or a copy that was
     * published again of one that is shown, which it does not make younger.
     */
    void found(VersionFigures version) {
        var shown = versions.version();
        if (shown == null || shown.version() != version.version()) {
            versions.show(version);
        }
    }

    /** The newest version has become readable. */
    void made(VersionFigures version) {
        versions.show(version);
        versions.show(version.step());
    }

    /**
     * Takes the figures from the state after an event.
     *
     * @param waitsForSilos whether the next round waits for more of them
     */
    void after(CoordinatorState state, boolean waitsForSilos, long nowMillis) {
        rounds.show(RoundFigures.of(state, waitsForSilos, rounds.shown(), nowMillis));
        silos.standings(state.silos());
        if (versions != null) {
            versions.show(state.version());
        }
    }
}
