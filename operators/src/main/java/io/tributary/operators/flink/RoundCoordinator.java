package io.tributary.operators.flink;

import io.tributary.operators.figures.FederationFigures;
import io.tributary.operators.figures.VersionFigures;
import io.tributary.operators.privacy.NoiseSettings;
import io.tributary.operators.privacy.PrivacyLedger;
import io.tributary.operators.round.Cohorts;
import io.tributary.operators.round.CoordinatorState;
import io.tributary.operators.round.Decision;
import io.tributary.operators.round.FederationPlan;
import io.tributary.operators.round.RoundPolicy;
import io.tributary.operators.round.RoundWeighing;
import io.tributary.operators.round.SnapshotParts;
import io.tributary.operators.round.Step;
import io.tributary.operators.round.WeighingOrder;
import io.tributary.operators.rule.AggregationRule;
import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.model.CohortMember;
import io.tributary.schemas.model.Measurement;
import io.tributary.schemas.round.RoundEntry;
import io.tributary.schemas.round.RoundOutcome;
import io.tributary.schemas.round.RoundPlan;
import io.tributary.schemas.round.RoundWeights;
import io.tributary.schemas.update.RejectedUpdate;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;

/**
 * The one place where rounds are decided. Asks {@link RoundPolicy} and carries its decisions to the
 * chunks, the topics and the timers.
 *
 * <p>State per model line: the policy's state, and the draft of the newest version with the order
 * to weigh its cohort, kept so that they can be given again. They stay as long as the model line
 * does. Besides, and read by nothing that decides: what it shows as metrics.
 */
public final class RoundCoordinator
        extends KeyedProcessFunction<String, CoordinatorEvent, ChunkCommand>
        implements CheckpointedFunction {

    public static final OutputTag<RoundEntry> ROUNDS = new OutputTag<>("rounds") {};
    public static final OutputTag<VersionDraft> DRAFTS = new OutputTag<>("drafts") {};
    public static final OutputTag<WeighingOrder> WEIGHINGS = new OutputTag<>("weighings") {};
    public static final OutputTag<SeedOrder> SEEDS = new OutputTag<>("seeds") {};
    public static final OutputTag<RejectedUpdate> REJECTED = new OutputTag<>("rejected-updates") {};

    private static final long serialVersionUID = 1;

    private final FederationPlan federation;
    private final Bootstrap bootstrap;
    private final NoiseSettings noise;
    private final VersionArchive archive;

    private transient boolean awake;
    private transient WakeTimer wake;
    private transient RoundPolicy policy;
    private transient ChunkKeys keys;
    private transient ValueState<CoordinatorState> state;
    private transient ValueState<VersionDraft> draft;
    private transient ValueState<WeighingOrder> order;
    private transient ListState<RoundEntry> decided;
    private transient RoundWeighing weighing;
    private transient ListState<FederationFigures> shown;
    private transient CoordinatorMetrics metrics;
    private transient Counter unanswered;

    public RoundCoordinator(
            FederationPlan federation,
            Bootstrap bootstrap,
            NoiseSettings noise,
            VersionArchive archive) {
        this.federation = federation;
        this.bootstrap = bootstrap;
        this.noise = noise;
        this.archive = archive;
    }

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
        shown = CoordinatorMetrics.checkpointed(context);
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) throws Exception {
        shown.update(metrics.figures());
    }

    @Override
    public void open(OpenContext context) throws Exception {
        policy = new RoundPolicy(federation, noise.secret() != null);
        keys = new ChunkKeys(federation.model(), bootstrap.version().layout().chunkCount());
        var runtime = getRuntimeContext();
        state =
                runtime.getState(
                        new ValueStateDescriptor<>(
                                "rounds", TypeInformation.of(CoordinatorState.class)));
        draft =
                runtime.getState(
                        new ValueStateDescriptor<>(
                                "draft", TypeInformation.of(VersionDraft.class)));
        order =
                runtime.getState(
                        new ValueStateDescriptor<>(
                                "weighing", TypeInformation.of(WeighingOrder.class)));
        decided =
                runtime.getListState(
                        new ListStateDescriptor<>(
                                "decisions", TypeInformation.of(RoundEntry.class)));
        wake = new WakeTimer(runtime);
        weighing = new RoundWeighing(noise.source(federation.model()));
        var group = runtime.getMetricGroup().addGroup("tributary");
        unanswered = group.counter("roundsWithoutAnswer");
        metrics =
                CoordinatorMetrics.ofVersions(
                        group,
                        federation.model(),
                        federation.silenceMillis(),
                        System::currentTimeMillis);
        metrics.restore(shown.get(), runtime);
    }

    @Override
    public void processElement(CoordinatorEvent event, Context context, Collector<ChunkCommand> out)
            throws Exception {
        var now = context.timerService().currentProcessingTime();
        var current = current(now, context, out);
        metrics.heard(event, now);
        if (event.presence() != null) {
            apply(policy.onPresence(current, event.silo(), event.presence(), now), context, out);
        } else if (event.update() != null) {
            apply(policy.onUpdate(current, event.update(), now), context, out);
        } else if (event.announced() != null) {
            apply(policy.onAnnouncement(current, event.announced()), context, out);
        } else if (event.command() != null) {
            apply(policy.onCommand(current, event.command(), now), context, out);
        } else if (event.version() != null) {
            readable(current, event.version(), now, context, out);
        }
        settle(now, context);
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext context, Collector<ChunkCommand> out)
            throws Exception {
        var now = context.timerService().currentProcessingTime();
        wake.fired(timestamp);
        apply(policy.onWake(current(now, context, out), now), context, out);
        settle(now, context);
    }

    /** The version that the job began with is read back, too, and each copy of a version. */
    private void readable(
            CoordinatorState current,
            VersionFigures version,
            long now,
            Context context,
            Collector<ChunkCommand> out)
            throws Exception {
        var outcome = closed(version.version());
        apply(policy.onVersion(current, version.version(), now), context, out);
        int newest = state.value().version();
        if (newest > current.version()) {
            metrics.made(version);
            RoundLog.readable(version, outcome, now);
        } else if (newest == version.version()) {
            metrics.found(version);
        }
    }

    /** How the round of the version on its way was closed; null if it was not made by one. */
    private @Nullable RoundOutcome closed(int version) throws Exception {
        for (var entry : decided.get()) {
            if (entry.outcome() != null && entry.outcome().round() == version) {
                return entry.outcome();
            }
        }
        return null;
    }

    private void settle(long now, Context context) throws Exception {
        var current = state.value();
        var next = policy.wakeMillis(current, now);
        wake.set(next.isPresent() ? next.getAsLong() : null, context.timerService());
        metrics.after(current, policy.waitsForSilos(current), now);
    }

    private CoordinatorState current(long now, Context context, Collector<ChunkCommand> out)
            throws Exception {
        var current = state.value();
        if (current == null) {
            awake = true;
            return begin(now, context, out);
        }
        if (!awake) {
            awake = true;
            checkNotBehind(current);
            state.update(policy.onRestart(current, now));
        }
        return state.value();
    }

    /** State from an old savepoint would make versions again that exist already. */
    private void checkNotBehind(CoordinatorState current) {
        int newest = current.newest();
        int onTheLog = bootstrap.version().version();
        if (newest < onTheLog) {
            throw new IllegalStateException(
                    "the restored state ends at version %s and version %s is on the log already; restore the newest checkpoint, or start without one"
                            .formatted(newest, onTheLog));
        }
    }

    /**
     * The state of a job that has none: the version it begins with, and the round that was open.
     */
    private CoordinatorState begin(long now, Context context, Collector<ChunkCommand> out)
            throws Exception {
        var version = bootstrap.version();
        var initial = RoundPolicy.begin(version, bootstrap.hasMoments());
        state.update(policy.remember(initial, bootstrap.past()));
        for (var read : bootstrap.commands()) {
            if (read.offset() < bootstrap.controlOffset()) {
                state.update(
                        bootstrap.refused().contains(read.offset())
                                ? policy.passOver(state.value(), read.offset())
                                : policy.recall(state.value(), ReadCommand.recalled(read)));
            }
        }
        var plan = bootstrap.openPlan();
        if (plan != null && plan.round() == version.version() + 1) {
            var released = withReleased(state.value(), plan);
            apply(policy.resume(released, plan, now), context, out);
        }
        for (var read : bootstrap.commands()) {
            if (read.offset() >= bootstrap.controlOffset()) {
                var given = ReadCommand.given(read, archive);
                apply(policy.onCommand(state.value(), given, now), context, out);
            }
        }
        return state.value();
    }

    /**
     * Chunks of a round that is open on the log may be out already, made by a job that is gone and
     * perhaps of another cohort. With noise they count as a version of their own.
     */
    private CoordinatorState withReleased(CoordinatorState state, RoundPlan plan) {
        double multiplier = AggregationRule.parse(plan.rule()).noiseMultiplier();
        if (multiplier == 0) {
            return state;
        }
        var next = new ArrayList<>(PrivacyLedger.without(state.measurements()));
        next.addAll(
                PrivacyLedger.after(
                        state.measurements(), plan.baseVersion() > 0, multiplier, noise.delta()));
        return state.withMeasurements(next);
    }

    private void apply(Step step, Context context, Collector<ChunkCommand> out) throws Exception {
        state.update(step.state());
        metrics.decided(step.decisions());
        for (var decision : step.decisions()) {
            apply(decision, context, out);
        }
    }

    private void apply(Decision decision, Context context, Collector<ChunkCommand> out)
            throws Exception {
        if (decision instanceof Decision.Plan plan) {
            context.output(ROUNDS, RoundEntry.of(plan.plan()));
        } else if (decision instanceof Decision.Accept accept) {
            var row = AcceptedRow.of(accept.plan(), accept.accepted());
            tell(ChunkCommand.Kind.ACCEPT, accept.plan(), row, out);
        } else if (decision instanceof Decision.Expect expect) {
            var row = AcceptedRow.expected(expect.plan(), expect.announced());
            tell(ChunkCommand.Kind.EXPECT, expect.plan(), row, out);
        } else if (decision instanceof Decision.Withdraw withdraw) {
            var row = AcceptedRow.expected(withdraw.plan(), withdraw.announced());
            tell(ChunkCommand.Kind.WITHDRAW, withdraw.plan(), row, out);
        } else if (decision instanceof Decision.Reject reject) {
            context.output(REJECTED, reject.rejected());
        } else if (decision instanceof Decision.Close close) {
            decided.clear();
            decide(RoundEntry.of(close.outcome()), context);
            close(close, context, out);
        } else if (decision instanceof Decision.Tell tell) {
            RoundLog.told(tell.outcome());
            context.output(ROUNDS, RoundEntry.of(tell.outcome()));
        } else if (decision instanceof Decision.Answer answer) {
            context.output(ROUNDS, RoundEntry.of(answer.outcome()));
        } else if (decision instanceof Decision.Seed seed) {
            decided.clear();
            seed(seed, context);
        } else if (decision instanceof Decision.Republish republish) {
            RoundLog.overdue(republish.version());
            var again = draft.value();
            context.output(DRAFTS, again);
            for (var entry : decided.get()) {
                context.output(ROUNDS, entry);
            }
            if (order.value() != null) {
                context.output(WEIGHINGS, order.value()); // the weights may have been lost, too
            }
            for (int chunk = 0; chunk < keys.count(); chunk++) {
                out.collect(ChunkCommand.republish(keys.of(chunk), again));
            }
        }
    }

    /** Tells every chunk about a row. */
    private void tell(
            ChunkCommand.Kind kind, RoundPlan plan, AcceptedRow row, Collector<ChunkCommand> out) {
        var rows = List.of(row);
        for (int chunk = 0; chunk < keys.count(); chunk++) {
            out.collect(
                    new ChunkCommand(
                            keys.of(chunk),
                            kind,
                            plan.round(),
                            plan.rule(),
                            plan.serverOptimizer(),
                            0,
                            plan.foldQuantumExponent(),
                            1,
                            rows,
                            null,
                            false,
                            Codec.F32,
                            null));
        }
    }

    /** Has an earlier version made anew; its manifest waits for its chunks like any other. */
    private void seed(Decision.Seed seed, Context context) throws Exception {
        var rollBack = seed.rollBack();
        var target = rollBack.target();
        var seedOrder = new SeedOrder(seed.version(), target, rollBack.moments());
        var next =
                new VersionDraft(
                        target.model(),
                        seed.version(),
                        target.version(),
                        target.clock(),
                        rollBack.givenMillis(),
                        true,
                        target.codec(),
                        seedOrder.rule(),
                        seedOrder.serverOptimizer(),
                        List.of(),
                        withControlOffset(seed.measurements()));
        draft.update(next);
        order.clear();
        context.output(DRAFTS, next);
        context.output(SEEDS, seedOrder);
    }

    private List<Measurement> withControlOffset(List<Measurement> measurements) throws Exception {
        long offset = state.value().control().nextOffset();
        if (offset == 0) {
            return measurements;
        }
        var next = new ArrayList<>(measurements);
        next.add(new Measurement(RoundPolicy.CONTROL_OFFSET, (double) offset));
        return next;
    }

    private void close(Decision.Close close, Context context, Collector<ChunkCommand> out)
            throws Exception {
        var plan = close.plan();
        var rows = close.cohort().stream().map(accepted -> AcceptedRow.of(plan, accepted)).toList();
        var members = Cohorts.members(close.cohort());
        var cohort = Cohorts.scaled(members);
        double finish =
                AggregationRule.parse(plan.rule())
                        .folding()
                        .map(rule -> rule.finish(Cohorts.contributions(members)))
                        .orElse(1.0);
        long newestArrival =
                close.cohort().stream()
                        .mapToLong(accepted -> accepted.update().arrivedMillis())
                        .max()
                        .orElse(0);
        boolean snapshot = isSnapshot(plan, close.outcome().rule());
        var weighed = weigh(close, cohort, context);
        var measurements = new ArrayList<Measurement>();
        measurements.add(
                new Measurement(RoundPolicy.OPTIMIZER_STEPS, (double) close.optimizerStep()));
        measurements.addAll(handedOn(close, weighed));
        var next =
                new VersionDraft(
                        plan.model(),
                        plan.round(),
                        plan.round() - 1,
                        plan.clock() + plan.largestLocalSteps(),
                        newestArrival,
                        snapshot,
                        federation.versionCodec(),
                        close.outcome().rule(),
                        plan.serverOptimizer(),
                        cohort,
                        withControlOffset(measurements));
        draft.update(next);
        context.output(DRAFTS, next);
        for (int chunk = 0; chunk < keys.count(); chunk++) {
            out.collect(
                    new ChunkCommand(
                            keys.of(chunk),
                            ChunkCommand.Kind.CLOSE,
                            plan.round(),
                            close.outcome().rule(),
                            plan.serverOptimizer(),
                            close.optimizerStep(),
                            plan.foldQuantumExponent(),
                            finish,
                            rows,
                            weighed,
                            snapshot,
                            federation.versionCodec(),
                            null));
        }
    }

    /** Tells a decision about the version on its way, and keeps it to be told again. */
    private void decide(RoundEntry entry, Context context) throws Exception {
        decided.add(entry);
        context.output(ROUNDS, entry);
    }

    /** What the next round has to know of this one; also kept in this state. */
    private List<Measurement> handedOn(Decision.Close close, @Nullable RoundWeights weighed)
            throws Exception {
        var multiplier = AggregationRule.parse(close.outcome().rule()).noiseMultiplier();
        var handedOn =
                new ArrayList<>(
                        PrivacyLedger.after(
                                state.value().measurements(),
                                close.plan().baseVersion() > 0,
                                multiplier,
                                noise.delta()));
        if (weighed != null) {
            handedOn.addAll(weighed.measurements());
        }
        state.update(state.value().withMeasurements(handedOn));
        return handedOn;
    }

    /**
     * Lets the rule weigh the cohort: here, if it needs no more than the updates' norms, or by the
     * chunks' inner products.
     *
     * @return null if the rows have been folded already, or if the weights will follow
     */
    private @Nullable RoundWeights weigh(
            Decision.Close close, List<CohortMember> cohort, Context context) throws Exception {
        order.clear();
        var plan = close.plan();
        if (AggregationRule.parse(plan.rule()).folding().isPresent()) {
            return null;
        }
        var rule = AggregationRule.parse(close.outcome().rule());
        var next =
                new WeighingOrder(
                        plan.model(),
                        plan.round(),
                        rule.toString(),
                        plan.fallback(),
                        plan.silos().size(),
                        cohort,
                        close.cohort().stream().map(u -> u.update().id()).toList(),
                        PrivacyLedger.without(state.value().measurements()));
        var decided = weighing.weigh(next);
        if (decided.isEmpty()) {
            order.update(next);
            context.output(WEIGHINGS, next);
            return null;
        }
        var weights = decided.get();
        if (!weights.note().isEmpty()) {
            unanswered.inc();
        }
        decide(RoundEntry.of(weights), context);
        return weights;
    }

    /**
     * Every so many versions; and when the chunks begin to keep something else, because the last
     * snapshot is then of what nobody keeps any more, and could be taken for what it is not.
     */
    private boolean isSnapshot(RoundPlan plan, String rule) throws Exception {
        var last = draft.value();
        var before =
                last == null
                        ? SnapshotParts.of(bootstrap.version())
                        : SnapshotParts.of(last.serverOptimizer(), last.rule(), last.codec());
        var after = SnapshotParts.of(plan.serverOptimizer(), rule, federation.versionCodec());
        boolean keepsOther = !before.equals(after);
        return plan.round() % federation.snapshotEvery() == 0 || (before.count() > 0 && keepsOther);
    }
}
