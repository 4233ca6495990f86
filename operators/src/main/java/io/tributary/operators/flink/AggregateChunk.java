package io.tributary.operators.flink;

import io.tributary.operators.kernel.Passes;
import io.tributary.operators.kernel.RowSource;
import io.tributary.operators.optimizer.ServerOptimizer;
import io.tributary.operators.privacy.NoiseSettings;
import io.tributary.operators.round.Pace;
import io.tributary.operators.round.RoundWeighing;
import io.tributary.operators.round.SnapshotParts;
import io.tributary.operators.rule.FoldGrid;
import io.tributary.operators.rule.NoiseSource;
import io.tributary.operators.rule.PieceCombiner;
import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.codec.Crc32c;
import io.tributary.schemas.codec.TensorCodec;
import io.tributary.schemas.model.ChunkSpan;
import io.tributary.schemas.model.ModelChunk;
import io.tributary.schemas.round.RoundWeights;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.common.typeutils.base.IntSerializer;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.co.KeyedCoProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;

/**
 * Owns one chunk of the model: its parameters, the server optimizer's moments, what the rule keeps
 * between rounds, and what the open round has brought for it. Makes the chunk's next version when
 * the coordinator's close and every row that the close names are there.
 *
 * <p>A folding rule's rows are added to a running sum as soon as their update is expected, and
 * dropped; should it come to nothing, they are read from the log again and taken out. Other rules'
 * rows are kept, still encoded, until the close; the close brings the weights to combine them by,
 * or asks for the rows' inner products, and the weights follow. Rows of a closed round, and rows of
 * any upload but the accepted one, are dropped (the coordinator has told why).
 *
 * <p>The parameters are kept and stepped on in float32, whatever codec they are published in: a
 * step smaller than half a unit of the published values is not lost, it counts in a later version.
 *
 * <p>State per chunk, for good: version, parameters, moments, the rule's centre or histories. State
 * per round, gone when the version is made: where rows are on the log, expected and accepted
 * updates, close, weights. Rows and running sum are state as far as {@link RowMemory} says. No
 * timers.
 */
public final class AggregateChunk
        extends KeyedCoProcessFunction<ChunkKey, ChunkRow, ChunkCommand, ModelChunk> {

    public static final OutputTag<ChunkDone> DONE = new OutputTag<>("done") {};
    public static final OutputTag<ChunkProducts> PRODUCTS = new OutputTag<>("products") {};

    private static final long serialVersionUID = 1;

    /** What only the job reads, it reads as it was. */
    private static final Codec EXACT = Codec.F32;

    private final Bootstrap bootstrap;
    private final NoiseSettings noiseSettings;
    private final Pace pace;
    private final UpdateArchive updates;
    private final RowMemory memory;

    private transient List<ChunkSpan> spans;
    private transient Map<String, ServerOptimizer> optimizers;
    private transient @Nullable NoiseSource noise;

    private transient ValueState<Integer> version;
    private transient ValueState<float[]> parameters;
    private transient MapState<Integer, float[]> moments;
    private transient RoundRows rows;
    private transient LocalRows.Receiver local;
    private transient MapState<Integer, float[]> returning;
    private transient ValueState<ChunkCommand> close;
    private transient ValueState<RoundWeights> weights;
    private transient ValueState<Boolean> measured;
    private transient KeptVectors kept;
    private transient ChunkTimes times;
    private transient Counter published;

    /**
     * @param updates where rows are read again that have been added and do not count, or that a
     *     task that is gone had in its memory
     * @param memory what is not state, therefore
     */
    public AggregateChunk(
            Bootstrap bootstrap,
            NoiseSettings noiseSettings,
            Pace pace,
            UpdateArchive updates,
            RowMemory memory) {
        this.bootstrap = bootstrap;
        this.noiseSettings = noiseSettings;
        this.pace = pace;
        this.updates = updates;
        this.memory = memory;
    }

    @Override
    public void open(OpenContext context) {
        spans = bootstrap.version().layout().chunks();
        optimizers = new HashMap<>();
        noise = noiseSettings.source(bootstrap.version().model());
        var floats = BulkArraySerializer.floats();
        var runtime = getRuntimeContext();
        version = runtime.getState(new ValueStateDescriptor<>("version", Types.INT));
        parameters = runtime.getState(new ValueStateDescriptor<>("parameters", floats));
        moments =
                runtime.getMapState(
                        new MapStateDescriptor<>("moments", IntSerializer.INSTANCE, floats));
        rows = new RoundRows(runtime, updates, memory);
        var task = runtime.getTaskInfo();
        local =
                LocalRows.receiver(
                        runtime.getJobInfo().getJobId(),
                        task.getIndexOfThisSubtask(),
                        task.getNumberOfParallelSubtasks());
        returning =
                runtime.getMapState(
                        new MapStateDescriptor<>("returning", IntSerializer.INSTANCE, floats));
        close =
                runtime.getState(
                        new ValueStateDescriptor<>(
                                "close", TypeInformation.of(ChunkCommand.class)));
        weights =
                runtime.getState(
                        new ValueStateDescriptor<>(
                                "weights", TypeInformation.of(RoundWeights.class)));
        measured = runtime.getState(new ValueStateDescriptor<>("measured", Types.BOOLEAN));
        kept = new KeptVectors(runtime);
        var metrics = runtime.getMetricGroup().addGroup("tributary");
        times = new ChunkTimes(metrics);
        published = metrics.counter("publishedBytes");
    }

    @Override
    public void processElement1(ChunkRow row, Context context, Collector<ModelChunk> out)
            throws Exception {
        var payload = local.take(row.ticket()); // or it would stay where it is
        if (!isWithinReach(row.chunk().id().round())) {
            return;
        }
        rows.at(row.key());
        var whole = whole(row, payload);
        long began = System.nanoTime();
        boolean counts = rows.offer(whole, elements(row.key()));
        times.end(ChunkTimes.Phase.COMBINE, began);
        if (counts) {
            makeIfDue(context, out);
        }
    }

    private ChunkRow whole(ChunkRow row, byte @Nullable [] payload) {
        if (row.ticket().isNone()) {
            return row;
        }
        var chunk =
                payload == null
                        ? rows.read(row.row(), row.place())
                        : row.chunk().withPayload(payload);
        return row.with(chunk, RowTicket.NONE);
    }

    @Override
    public void processElement2(ChunkCommand command, Context context, Collector<ModelChunk> out)
            throws Exception {
        rows.at(command.key());
        boolean isNext = command.version() == currentVersion() + 1;
        switch (command.kind()) {
            case SEED -> {
                seed(command.seed());
                beginIfSeeded();
            }
            case EXPECT -> {
                if (isNext) {
                    rows.expect(command.rows().get(0), elements(command.key()));
                }
            }
            case WITHDRAW -> {
                if (isNext) {
                    rows.withdraw(command.rows().get(0));
                }
            }
            case ACCEPT -> {
                if (isNext) {
                    rows.accept(command.rows().get(0), elements(command.key()));
                }
            }
            case CLOSE -> {
                rows.closeReader(); // withdrawals of the round have come, for all chunks
                if (isNext) {
                    close.update(command);
                }
            }
            case WEIGH -> {
                if (isNext) {
                    weights.update(command.weights());
                }
            }
            case ROLL_BACK -> {
                if (isNext) {
                    rollBack(command, context, out);
                }
            }
            case REPUBLISH -> {
                if (command.version() == currentVersion() && parameters.value() != null) {
                    publish(command, 0, context, out);
                }
            }
        }
        makeIfDue(context, out);
    }

    @Override
    public void close() {
        if (rows != null) {
            rows.closeReader();
        }
        if (local != null) {
            local.close();
        }
    }

    private void seed(ModelChunk chunk) throws Exception {
        if (version.value() != null) {
            return; // the chunk has moved on since
        }
        var values = new float[chunk.elements()];
        TensorCodec.decode(chunk.codec(), chunk.payload(), values.length, values, 0);
        if (chunk.part() == bootstrap.parametersPart()) {
            parameters.update(values);
        } else if (chunk.part() <= bootstrap.parts().moments().size()) {
            moments.put(chunk.part(), values);
        } else {
            kept.seedCentre(values);
        }
    }

    /**
     * From here on the chunk has a version of its own, whatever starting point a later start finds.
     * What was told of a round that this version has overtaken is void.
     */
    private void beginIfSeeded() throws Exception {
        if (version.value() != null || !isSeeded()) {
            return;
        }
        int begun = bootstrap.version().version();
        version.update(begun);
        var order = close.value();
        if (order != null && order.version() <= begun) {
            forgetRound();
        }
    }

    /** Whether a row of this round may be in the version that is made next, or in a later one. */
    private boolean isWithinReach(int round) throws Exception {
        int next = currentVersion() + 1;
        return round >= next - pace.stalenessLimit() && round <= next + pace.ahead();
    }

    private void forgetRound() throws Exception {
        if (pace.stalenessLimit() == 0 && pace.ahead() == 0) {
            rows.clear();
        } else {
            int next = currentVersion() + 1;
            rows.clearBut(next - pace.stalenessLimit(), next + pace.ahead());
        }
        close.clear();
        weights.clear();
        measured.clear();
    }

    /** Becomes an earlier version again; whatever was trained since is of no use any more. */
    private void rollBack(ChunkCommand command, Context context, Collector<ModelChunk> out)
            throws Exception {
        var chunk = command.seed();
        var values = new float[chunk.elements()];
        TensorCodec.decode(chunk.codec(), chunk.payload(), values.length, values, 0);
        returning.put(chunk.part(), values);
        var parts = parts(command);
        for (int part = 0; part <= parts.count(); part++) {
            if (!returning.contains(part)) {
                return;
            }
        }
        parameters.update(returning.get(parts.parametersPart()));
        moments.clear();
        for (int part = 1; part <= parts.moments().size(); part++) {
            moments.put(part, returning.get(part));
        }
        kept.clear();
        if (parts.centre()) {
            kept.seedCentre(returning.get(parts.centrePart()));
        }
        returning.clear();
        version.update(command.version());
        forgetRound();
        rows.clear();
        publish(command, 0, context, out);
    }

    private void makeIfDue(Context context, Collector<ModelChunk> out) throws Exception {
        var order = close.value();
        if (order == null || !isSeeded()) {
            return;
        }
        boolean folds = isFolding(order);
        if (!(folds ? rows.areFolded(order.rows()) : rows.areHeld(order.rows()))) {
            return;
        }
        var decided = folds ? null : decided(order);
        long began = System.nanoTime();
        if (!folds && decided == null) {
            measure(order, context);
            times.end(ChunkTimes.Phase.COMBINE, began);
            return;
        }
        var combined = folds ? folded(order) : combined(order, decided);
        times.end(ChunkTimes.Phase.COMBINE, began);
        make(order, combined, context, out);
    }

    private boolean isFolding(ChunkCommand order) {
        return order.weights() == null && rows.rule(order.rule()).folding().isPresent();
    }

    /**
     * The weights to combine by, if they are known. Those on the log may be of an earlier close of
     * this round, by a job that was started anew since: they count only if they are of the very
     * same uploads.
     */
    private @Nullable RoundWeights decided(ChunkCommand order) throws Exception {
        if (order.weights() != null) {
            return order.weights();
        }
        var found = weights.value();
        boolean ofThisCohort =
                found != null
                        && found.silos().equals(silos(order))
                        && found.uploads()
                                .equals(order.rows().stream().map(AcceptedRow::id).toList());
        return ofThisCohort ? found : null;
    }

    /** Reports the inner products of the rows, once. */
    private void measure(ChunkCommand order, Context context) throws Exception {
        if (measured.value() != null) {
            return;
        }
        measured.update(true);
        var toMeasure = kept.toMeasure(rows.rule(order.rule()), silos(order), held(order));
        context.output(
                PRODUCTS,
                new ChunkProducts(
                        order.key().model(),
                        order.version(),
                        order.key().chunk(),
                        Passes.products(toMeasure)));
    }

    private double[] folded(ChunkCommand order) throws Exception {
        var running = rows.sum();
        kept.clear();
        new FoldGrid(order.foldQuantumExponent()).finish(running, finish(order));
        return running;
    }

    /**
     * A close from state of before there were relays does not tell, and all its rows are direct.
     */
    private double finish(ChunkCommand order) {
        if (order.finish() != 0) {
            return order.finish();
        }
        var contributions = order.rows().stream().map(AcceptedRow::contribution).toList();
        return rows.rule(order.rule()).folding().orElseThrow().finish(contributions);
    }

    private double[] combined(ChunkCommand order, RoundWeights decided) throws Exception {
        var planned = rows.rule(order.rule());
        var combiner =
                new PieceCombiner(
                        planned,
                        rows.rule(decided.rule()),
                        RoundWeighing.read(decided),
                        order.version(),
                        noise);
        var held = held(order);
        var combined = combiner.combine(order.key().chunk(), held, kept.centre(), 1);
        kept.update(planned, silos(order), held, combined.centre());
        return combined.delta();
    }

    private static List<String> silos(ChunkCommand order) {
        return order.rows().stream().map(AcceptedRow::silo).toList();
    }

    private RowSource held(ChunkCommand order) throws Exception {
        return rows.held(order.rows(), parameters.value().length);
    }

    private void make(
            ChunkCommand order, double[] combined, Context context, Collector<ModelChunk> out)
            throws Exception {
        long began = System.nanoTime();
        var optimizer = optimizers.computeIfAbsent(order.serverOptimizer(), ServerOptimizer::parse);
        var values = parameters.value();
        var next = new float[optimizer.moments()][];
        for (int k = 0; k < next.length; k++) {
            var moment = order.optimizerStep() == 1 ? null : moments.get(k + 1);
            next[k] = moment == null ? optimizer.initialMoment(k, values.length) : moment;
        }
        optimizer.step(values, next, combined, order.optimizerStep());

        parameters.update(values);
        moments.clear();
        for (int k = 0; k < next.length; k++) {
            moments.put(k + 1, next[k]);
        }
        version.update(order.version());
        forgetRound();
        double squaredNorm = Passes.squaredNorm(combined);
        began = times.end(ChunkTimes.Phase.STEP, began);
        publish(order, squaredNorm, context, out);
        times.end(ChunkTimes.Phase.WRITE, began);
    }

    private void publish(
            ChunkCommand order,
            double combinedSquaredNorm,
            Context context,
            Collector<ModelChunk> out)
            throws Exception {
        var values = parameters.value();
        var parametersChunk = encode(order, 0, order.codec(), values);
        out.collect(parametersChunk);
        if (order.snapshot()) {
            int part = 1;
            for (; moments.contains(part); part++) {
                out.collect(encode(order, part, EXACT, moments.get(part)));
            }
            var centre = kept.centre();
            if (centre != null) {
                out.collect(encode(order, part, EXACT, centre));
            }
            var parts = parts(order);
            if (parts.master()) {
                out.collect(encode(order, parts.parametersPart(), EXACT, values));
            }
        }
        context.output(
                DONE,
                new ChunkDone(
                        order.key().model(),
                        order.version(),
                        order.key().chunk(),
                        parametersChunk.crc32c(),
                        combinedSquaredNorm));
    }

    private static SnapshotParts parts(ChunkCommand order) {
        return SnapshotParts.of(order.serverOptimizer(), order.rule(), order.codec());
    }

    private ModelChunk encode(ChunkCommand order, int part, Codec codec, float[] values) {
        var payload = Passes.encoded(codec, values);
        published.inc(payload.length);
        return new ModelChunk(
                order.key().model(),
                order.version(),
                order.key().chunk(),
                part,
                codec,
                values.length,
                Crc32c.of(payload),
                payload);
    }

    private boolean isSeeded() throws Exception {
        if (parameters.value() == null) {
            return false;
        }
        if (version.value() != null) {
            return true;
        }
        var parts = bootstrap.parts();
        for (int part = 1; part <= parts.moments().size(); part++) {
            if (!moments.contains(part)) {
                return false;
            }
        }
        return !parts.centre() || kept.centre() != null;
    }

    private int currentVersion() throws Exception {
        var current = version.value();
        return current == null ? bootstrap.version().version() : current;
    }

    private int elements(ChunkKey key) {
        return spans.get(key.chunk()).elements();
    }
}
