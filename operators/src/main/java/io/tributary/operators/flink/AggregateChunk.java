package io.tributary.operators.flink;

import io.tributary.operators.kernel.FloatRows;
import io.tributary.operators.optimizer.ServerOptimizer;
import io.tributary.operators.rule.AggregationRule;
import io.tributary.operators.rule.Cohort;
import io.tributary.operators.rule.FoldGrid;
import io.tributary.operators.rule.Gram;
import io.tributary.operators.rule.RoundFacts;
import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.codec.Crc32c;
import io.tributary.schemas.codec.TensorCodec;
import io.tributary.schemas.model.ModelChunk;
import io.tributary.schemas.update.UpdateChunk;
import io.tributary.schemas.update.UpdateId;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.functions.co.KeyedCoProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * Owns one chunk of the model: its parameters, the server optimizer's moments, and what the open
 * round has brought for it. Makes the chunk's next version when the coordinator's close and every
 * row that the close names are there.
 *
 * <p>A folding rule's rows are added to a running sum as soon as their update is accepted, and
 * dropped; other rules' rows are kept, still encoded, until the close. Rows of a closed round, and
 * rows of any upload but the accepted one, are dropped (the coordinator has told why).
 *
 * <p>State per chunk, for good: version, parameters, moments. State per round, gone when the
 * version is made: rows, accepted updates, running sum, close. No timers.
 */
public final class AggregateChunk
        extends KeyedCoProcessFunction<ChunkKey, ChunkRow, ChunkCommand, ModelChunk> {

    public static final OutputTag<ChunkDone> DONE = new OutputTag<>("done") {};

    private static final long serialVersionUID = 1;

    /** Published values are the exact ones: what a silo trains from is what the server holds. */
    private static final Codec PUBLISHED = Codec.F32;

    private final Bootstrap bootstrap;

    private transient Map<String, AggregationRule> rules;
    private transient Map<String, ServerOptimizer> optimizers;
    private transient float[] scratch;

    private transient ValueState<Integer> version;
    private transient ValueState<float[]> parameters;
    private transient MapState<Integer, float[]> moments;
    private transient MapState<RowKey, UpdateChunk> rows;
    private transient MapState<String, AcceptedRow> accepted;
    private transient ValueState<double[]> sum;
    private transient ValueState<ChunkCommand> close;

    /** Which row: one upload of one silo. */
    public record RowKey(String silo, UpdateId id) {}

    public AggregateChunk(Bootstrap bootstrap) {
        this.bootstrap = bootstrap;
    }

    @Override
    public void open(OpenContext context) {
        rules = new HashMap<>();
        optimizers = new HashMap<>();
        scratch = new float[bootstrap.version().layout().chunkElements()];
        var floats = PrimitiveArrayTypeInfo.FLOAT_PRIMITIVE_ARRAY_TYPE_INFO;
        var doubles = PrimitiveArrayTypeInfo.DOUBLE_PRIMITIVE_ARRAY_TYPE_INFO;
        var runtime = getRuntimeContext();
        version = runtime.getState(new ValueStateDescriptor<>("version", Types.INT));
        parameters = runtime.getState(new ValueStateDescriptor<>("parameters", floats));
        moments = runtime.getMapState(new MapStateDescriptor<>("moments", Types.INT, floats));
        rows =
                runtime.getMapState(
                        new MapStateDescriptor<>(
                                "rows",
                                TypeInformation.of(RowKey.class),
                                TypeInformation.of(UpdateChunk.class)));
        accepted =
                runtime.getMapState(
                        new MapStateDescriptor<>(
                                "accepted", Types.STRING, TypeInformation.of(AcceptedRow.class)));
        sum = runtime.getState(new ValueStateDescriptor<>("sum", doubles));
        close =
                runtime.getState(
                        new ValueStateDescriptor<>(
                                "close", TypeInformation.of(ChunkCommand.class)));
    }

    @Override
    public void processElement1(ChunkRow row, Context context, Collector<ModelChunk> out)
            throws Exception {
        var chunk = row.chunk();
        if (chunk.id().round() != currentVersion() + 1) {
            return;
        }
        var key = new RowKey(row.silo(), chunk.id());
        if (rows.contains(key)) {
            return; // the update was measured by the first copy of the row
        }
        var known = accepted.get(row.silo());
        if (known == null) {
            rows.put(key, chunk);
        } else if (known.id().equals(chunk.id()) && !known.folded()) {
            take(known, chunk);
            makeIfDue(context, out);
        }
    }

    @Override
    public void processElement2(ChunkCommand command, Context context, Collector<ModelChunk> out)
            throws Exception {
        boolean isNext = command.version() == currentVersion() + 1;
        switch (command.kind()) {
            case SEED -> seed(command.seed());
            case ACCEPT -> {
                if (isNext) {
                    accept(command.rows().get(0));
                }
            }
            case CLOSE -> {
                if (isNext) {
                    close.update(command);
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

    private void seed(ModelChunk chunk) throws Exception {
        if (version.value() != null) {
            return; // the chunk has moved on since
        }
        var values = new float[chunk.elements()];
        TensorCodec.decode(chunk.codec(), chunk.payload(), values.length, values, 0);
        if (chunk.part() == 0) {
            parameters.update(values);
        } else {
            moments.put(chunk.part(), values);
        }
    }

    /** From now on one row of this silo counts, and no other; it may have come already. */
    private void accept(AcceptedRow row) throws Exception {
        accepted.put(row.silo(), row);
        UpdateChunk chunk = null;
        var keys = rows.keys().iterator();
        var ofThisSilo = new ArrayList<RowKey>();
        while (keys.hasNext()) {
            var key = keys.next();
            if (key.silo().equals(row.silo())) {
                ofThisSilo.add(key);
            }
        }
        for (var key : ofThisSilo) {
            if (key.id().equals(row.id())) {
                chunk = rows.get(key);
            }
            rows.remove(key);
        }
        if (chunk != null) {
            take(row, chunk);
        }
    }

    /** Adds an accepted row to the sum, or keeps it for the close. */
    private void take(AcceptedRow row, UpdateChunk chunk) throws Exception {
        var folding = rule(row.rule()).folding();
        if (folding.isEmpty()) {
            rows.put(new RowKey(row.silo(), row.id()), chunk);
            return;
        }
        var running = sum.value();
        if (running == null) {
            running = new double[chunk.elements()];
        }
        TensorCodec.decode(chunk.codec(), chunk.payload(), running.length, scratch, 0);
        new FoldGrid(row.foldQuantumExponent())
                .fold(running, scratch, folding.get().scale(row.contribution()));
        sum.update(running);
        accepted.put(row.silo(), row.asFolded());
    }

    private void makeIfDue(Context context, Collector<ModelChunk> out) throws Exception {
        var order = close.value();
        if (order == null || !isSeeded()) {
            return;
        }
        var cohort = order.rows();
        boolean folding = rule(order.rule()).folding().isPresent();
        for (var row : cohort) {
            if (folding ? !isFolded(row) : !rows.contains(new RowKey(row.silo(), row.id()))) {
                return;
            }
        }
        make(order, context, out);
    }

    private void make(ChunkCommand order, Context context, Collector<ModelChunk> out)
            throws Exception {
        var combined = combine(order);
        var optimizer = optimizers.computeIfAbsent(order.serverOptimizer(), ServerOptimizer::parse);
        var values = parameters.value();
        var kept = optimizer.initialMoments(values.length);
        for (int k = 0; k < kept.length; k++) {
            var moment = moments.get(k + 1);
            kept[k] = moment == null ? kept[k] : moment;
        }
        optimizer.step(values, kept, combined, order.version());

        parameters.update(values);
        moments.clear();
        for (int k = 0; k < kept.length; k++) {
            moments.put(k + 1, kept[k]);
        }
        version.update(order.version());
        rows.clear();
        accepted.clear();
        sum.clear();
        close.clear();
        publish(order, squaredNorm(combined), context, out);
    }

    private double[] combine(ChunkCommand order) throws Exception {
        var rule = rule(order.rule());
        var cohort = order.rows();
        var folding = rule.folding();
        if (folding.isPresent()) {
            var running = sum.value();
            var contributions = cohort.stream().map(AcceptedRow::contribution).toList();
            new FoldGrid(order.foldQuantumExponent())
                    .finish(running, folding.get().finish(contributions));
            return running;
        }
        int elements = parameters.value().length;
        var decoded = new float[cohort.size()][elements];
        for (int i = 0; i < decoded.length; i++) {
            var row = cohort.get(i);
            var chunk = rows.get(new RowKey(row.silo(), row.id()));
            TensorCodec.decode(chunk.codec(), chunk.payload(), elements, decoded[i], 0);
        }
        var weights = cohort.stream().mapToDouble(r -> r.contribution().weight()).toArray();
        var members = Cohort.weighted(weights);
        var weighing =
                rule.weigh(Gram.unknown(decoded.length), members, RoundFacts.first(decoded.length));
        return rule.combine(new FloatRows(decoded), weighing);
    }

    private void publish(
            ChunkCommand order,
            double combinedSquaredNorm,
            Context context,
            Collector<ModelChunk> out)
            throws Exception {
        var parametersChunk = encode(order, 0, parameters.value());
        out.collect(parametersChunk);
        if (order.snapshot()) {
            for (int part = 1; moments.contains(part); part++) {
                out.collect(encode(order, part, moments.get(part)));
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

    private static ModelChunk encode(ChunkCommand order, int part, float[] values) {
        var payload = TensorCodec.encode(PUBLISHED, FloatBuffer.wrap(values));
        return new ModelChunk(
                order.key().model(),
                order.version(),
                order.key().chunk(),
                part,
                PUBLISHED,
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
        for (int part = 1; part <= bootstrap.momentParts(); part++) {
            if (!moments.contains(part)) {
                return false;
            }
        }
        return true;
    }

    private boolean isFolded(AcceptedRow row) throws Exception {
        var known = accepted.get(row.silo());
        return known != null && known.folded();
    }

    private int currentVersion() throws Exception {
        var current = version.value();
        return current == null ? bootstrap.version().version() : current;
    }

    private AggregationRule rule(String specification) {
        return rules.computeIfAbsent(specification, AggregationRule::parse);
    }

    private static double squaredNorm(double[] values) {
        double norm = 0;
        for (double value : values) {
            norm += value * value;
        }
        return norm;
    }
}
