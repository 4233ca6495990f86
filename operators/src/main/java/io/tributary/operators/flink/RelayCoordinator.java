package io.tributary.operators.flink;

import io.tributary.operators.figures.FederationFigures;
import io.tributary.operators.round.AcceptedUpdate;
import io.tributary.operators.round.Decision;
import io.tributary.operators.round.RelayDraft;
import io.tributary.operators.round.RelayPlan;
import io.tributary.operators.round.RelayPolicy;
import io.tributary.operators.round.RelayState;
import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.round.RoundEntry;
import io.tributary.schemas.round.RoundPlan;
import io.tributary.schemas.silo.SiloPresence;
import io.tributary.schemas.update.RejectedUpdate;
import io.tributary.schemas.update.UpdateId;
import io.tributary.schemas.update.UpdateManifest;
import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.co.KeyedCoProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;

/**
 * Where a region's rounds are decided. Asks {@link RelayPolicy} about what the region's silos and
 * the parent do, and carries its decisions to the chunks, the topics and the timers. Shows the
 * parent that the region lives.
 *
 * <p>State per model line: the policy's state, what it last declared, and when to show the next
 * sign of life, which stay as long as the model line does; and the update on its way to the parent,
 * until the parent's round ends. One timer: the next sign of life or wait's end. Besides, and read
 * by nothing that decides: what it shows as metrics.
 */
public final class RelayCoordinator
        extends KeyedCoProcessFunction<String, CoordinatorEvent, RoundEntry, RelayCommand>
        implements CheckpointedFunction {

    public static final OutputTag<RoundEntry> ROUNDS = new OutputTag<>("region-rounds") {};
    public static final OutputTag<UpdateManifest> DRAFTS = new OutputTag<>("update-drafts") {};
    public static final OutputTag<SiloPresence> PRESENCE = new OutputTag<>("region-presence") {};
    public static final OutputTag<RejectedUpdate> REJECTED = new OutputTag<>("region-rejected") {};

    private static final long serialVersionUID = 1;

    private final RelayPlan relay;
    private final Bootstrap bootstrap;
    private final @Nullable RoundPlan parentPlan;

    private transient boolean awake;
    private transient RelayPolicy policy;
    private transient ChunkKeys keys;
    private transient ValueState<RelayState> state;
    private transient ValueState<RelayDraft> draft;
    private transient ValueState<SiloPresence> declared;
    private transient ValueState<Long> nextBeat;
    private transient WakeTimer wake;
    private transient ListState<FederationFigures> shown;
    private transient CoordinatorMetrics metrics;

    /**
     * @param bootstrap the parent's newest version, and the region's plan of the parent's round, if
     *     one was written already
     * @param parentPlan the parent's newest plan, if it is of a round after that version: updates
     *     for it may be read before it is
     */
    public RelayCoordinator(RelayPlan relay, Bootstrap bootstrap, @Nullable RoundPlan parentPlan) {
        this.relay = relay;
        this.bootstrap = bootstrap;
        this.parentPlan = parentPlan;
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
        policy = new RelayPolicy(relay);
        keys = new ChunkKeys(relay.region().model(), bootstrap.version().layout().chunkCount());
        var runtime = getRuntimeContext();
        state =
                runtime.getState(
                        new ValueStateDescriptor<>("region", TypeInformation.of(RelayState.class)));
        draft =
                runtime.getState(
                        new ValueStateDescriptor<>("draft", TypeInformation.of(RelayDraft.class)));
        declared =
                runtime.getState(
                        new ValueStateDescriptor<>(
                                "declared", TypeInformation.of(SiloPresence.class)));
        wake = new WakeTimer(runtime);
        nextBeat = runtime.getState(new ValueStateDescriptor<>("next-beat", Types.LONG));
        metrics =
                CoordinatorMetrics.ofSums(
                        runtime.getMetricGroup().addGroup("tributary"),
                        relay.region().model(),
                        relay.region().silenceMillis(),
                        System::currentTimeMillis);
        metrics.restore(shown.get(), runtime);
    }

    @Override
    public void processElement1(
            CoordinatorEvent event, Context context, Collector<RelayCommand> out) throws Exception {
        var now = context.timerService().currentProcessingTime();
        var current = current(now, context, out);
        metrics.heard(event, now);
        if (event.presence() != null) {
            apply(policy.onPresence(current, event.silo(), event.presence(), now), context, out);
            showLife(now, context);
        } else if (event.update() != null) {
            apply(policy.onUpdate(current, event.update(), now), context, out);
        }
        settle(now, context);
    }

    @Override
    public void processElement2(RoundEntry entry, Context context, Collector<RelayCommand> out)
            throws Exception {
        var now = context.timerService().currentProcessingTime();
        var current = current(now, context, out);
        if (entry.plan() != null) {
            var known = bootstrap.openPlan();
            apply(policy.onParentPlan(current, entry.plan(), known, now), context, out);
        } else if (entry.outcome() != null) {
            apply(policy.onParentOutcome(current, entry.outcome(), now), context, out);
        }
        settle(now, context);
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext context, Collector<RelayCommand> out)
            throws Exception {
        var now = context.timerService().currentProcessingTime();
        wake.fired(timestamp);
        apply(policy.onWake(current(now, context, out), now), context, out);
        showLife(now, context);
        settle(now, context);
    }

    private void settle(long now, Context context) throws Exception {
        var current = state.value();
        var beat = nextBeat.value();
        var next = policy.wakeMillis(current, now);
        boolean beats = beat != null && beat > now; // else it waits for silos to live
        long soonest = Math.min(beats ? beat : Long.MAX_VALUE, next.orElse(Long.MAX_VALUE));
        wake.set(soonest == Long.MAX_VALUE ? null : soonest, context.timerService());
        metrics.after(current.rounds(), policy.waitsForSilos(current), now);
    }

    private RelayState current(long now, Context context, Collector<RelayCommand> out)
            throws Exception {
        var current = state.value();
        if (current == null) {
            state.update(RelayPolicy.begin(bootstrap.version()));
            if (parentPlan != null) {
                var known = bootstrap.openPlan();
                apply(policy.onParentPlan(state.value(), parentPlan, known, now), context, out);
            }
        } else if (!awake) {
            state.update(policy.onRestart(current, now));
        }
        awake = true;
        return state.value();
    }

    /** At every beat, and at once when what the region declares has changed. */
    private void showLife(long now, Context context) throws Exception {
        var last = declared.value();
        var kind = last == null ? SiloPresence.Kind.JOIN : SiloPresence.Kind.HEARTBEAT;
        long since = last == null ? now : last.incarnation();
        var presence = policy.presence(state.value(), kind, since, now);
        if (presence.isEmpty()) {
            return;
        }
        var next = presence.get();
        boolean isNews =
                last == null
                        || last.declaredTokens() != next.declaredTokens()
                        || last.declaredExamples() != next.declaredExamples()
                        || last.silos() != next.silos();
        var due = nextBeat.value();
        if (isNews || due == null || now >= due) {
            declared.update(next);
            context.output(PRESENCE, next);
            nextBeat.update(now + relay.heartbeatMillis());
        }
    }

    private void apply(RelayState.Step step, Context context, Collector<RelayCommand> out)
            throws Exception {
        state.update(step.state());
        metrics.decided(step.decisions());
        for (var decision : step.decisions()) {
            apply(decision, context, out);
        }
    }

    private void apply(Decision decision, Context context, Collector<RelayCommand> out)
            throws Exception {
        if (decision instanceof Decision.Plan plan) {
            context.output(ROUNDS, RoundEntry.of(plan.plan()));
        } else if (decision instanceof Decision.Open open) {
            tell(RelayCommand.Kind.OPEN, open.plan().round(), out);
        } else if (decision instanceof Decision.Accept accept) {
            accept(accept.plan(), accept.accepted(), out);
        } else if (decision instanceof Decision.Reject reject) {
            context.output(REJECTED, reject.rejected());
        } else if (decision instanceof Decision.Close close) {
            RoundLog.told(close.outcome());
            context.output(ROUNDS, RoundEntry.of(close.outcome()));
            close(close, context, out);
        } else if (decision instanceof Decision.Republish republish) {
            RoundLog.overdue(republish.version());
            republish(context, out);
        } else if (decision instanceof Decision.End end) {
            draft.clear();
            tell(RelayCommand.Kind.END, end.round(), out);
        } else if (decision instanceof Decision.Tell tell) {
            RoundLog.told(tell.outcome());
            context.output(ROUNDS, RoundEntry.of(tell.outcome()));
        }
    }

    private void tell(RelayCommand.Kind kind, int round, Collector<RelayCommand> out) {
        var none = new UpdateId(round, 0, 0);
        for (int chunk = 0; chunk < keys.count(); chunk++) {
            out.collect(
                    new RelayCommand(
                            keys.of(chunk), kind, round, 0, List.of(), none, Codec.F64, 1));
        }
    }

    private void accept(RoundPlan plan, AcceptedUpdate update, Collector<RelayCommand> out) {
        var rows = List.of(AcceptedRow.of(plan, update));
        for (int chunk = 0; chunk < keys.count(); chunk++) {
            out.collect(
                    new RelayCommand(
                            keys.of(chunk),
                            RelayCommand.Kind.ACCEPT,
                            plan.round(),
                            plan.foldQuantumExponent(),
                            rows,
                            update.update().id(),
                            Codec.F64,
                            1));
        }
    }

    private void close(Decision.Close close, Context context, Collector<RelayCommand> out)
            throws Exception {
        var plan = close.plan();
        long nonce = context.timerService().currentProcessingTime();
        var id = new UpdateId(plan.round(), state.value().attempt(), nonce);
        var next =
                RelayDraft.of(
                        relay.relay(), plan, close.cohort(), id, state.value().sum(), keys.count());
        draft.update(next);
        context.output(DRAFTS, next.manifest());
        var rows = close.cohort().stream().map(update -> AcceptedRow.of(plan, update)).toList();
        send(RelayCommand.Kind.CLOSE, next, rows, out);
    }

    private void republish(Context context, Collector<RelayCommand> out) throws Exception {
        var next = draft.value().again(state.value().attempt());
        draft.update(next);
        context.output(DRAFTS, next.manifest());
        send(RelayCommand.Kind.REPUBLISH, next, List.of(), out);
    }

    private void send(
            RelayCommand.Kind kind,
            RelayDraft next,
            List<AcceptedRow> rows,
            Collector<RelayCommand> out) {
        var manifest = next.manifest();
        for (int chunk = 0; chunk < keys.count(); chunk++) {
            out.collect(
                    new RelayCommand(
                            keys.of(chunk),
                            kind,
                            manifest.id().round(),
                            next.foldQuantumExponent(),
                            rows,
                            manifest.id(),
                            manifest.codec(),
                            next.finish()));
        }
    }
}
