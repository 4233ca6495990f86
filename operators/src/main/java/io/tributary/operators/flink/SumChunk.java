package io.tributary.operators.flink;

import io.tributary.operators.rule.FoldGrid;
import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.codec.Crc32c;
import io.tributary.schemas.codec.SumCodec;
import io.tributary.schemas.codec.TensorCodec;
import io.tributary.schemas.model.ChunkSpan;
import io.tributary.schemas.model.ModelLayout;
import io.tributary.schemas.update.UpdateChunk;
import java.nio.FloatBuffer;
import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.functions.co.KeyedCoProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * Owns one chunk of a region's sum. Adds up the rows of accepted updates, and sends the sum to the
 * parent when the close and every row that the close names are there.
 *
 * <p>State per chunk, for good: the round. State per round: rows, accepted updates, running sum and
 * close; the last two stay after the sum has been sent, to be sent again, until the parent's round
 * is over or the next one begins. No timers.
 */
public final class SumChunk
        extends KeyedCoProcessFunction<ChunkKey, ChunkRow, RelayCommand, UpdateChunk> {

    public static final OutputTag<PieceDone> DONE = new OutputTag<>("pieces-done") {};

    private static final long serialVersionUID = 1;

    private final ModelLayout layout;
    private final int bootstrapVersion;

    private transient List<ChunkSpan> spans;
    private transient RoundRows rows;
    private transient ValueState<Integer> round;
    private transient ValueState<RelayCommand> close;
    private transient ValueState<Boolean> sent;

    /**
     * @param bootstrapVersion the parent's version that a job without state begins with
     */
    public SumChunk(ModelLayout layout, int bootstrapVersion) {
        this.layout = layout;
        this.bootstrapVersion = bootstrapVersion;
    }

    @Override
    public void open(OpenContext context) {
        spans = layout.chunks();
        var runtime = getRuntimeContext();
        rows =
                new RoundRows(
                        runtime,
                        () -> {
                            throw new IllegalStateException(
                                    "a relay expects nothing: it adds rows of whole updates only");
                        },
                        RowMemory.NONE);
        round = runtime.getState(new ValueStateDescriptor<>("round", Types.INT));
        close =
                runtime.getState(
                        new ValueStateDescriptor<>(
                                "close", TypeInformation.of(RelayCommand.class)));
        sent = runtime.getState(new ValueStateDescriptor<>("sent", Types.BOOLEAN));
    }

    @Override
    public void processElement1(ChunkRow row, Context context, Collector<UpdateChunk> out)
            throws Exception {
        if (row.chunk().id().round() != currentRound()) {
            return;
        }
        rows.at(row.key());
        if (rows.offer(row, elements(row.key()))) {
            sendIfDue(context, out);
        }
    }

    @Override
    public void processElement2(RelayCommand command, Context context, Collector<UpdateChunk> out)
            throws Exception {
        rows.at(command.key());
        int current = currentRound();
        switch (command.kind()) {
            case OPEN -> {
                if (command.round() > current) {
                    forget();
                }
                // Rows of a plan from before this job may be here already: they stay.
                round.update(Math.max(current, command.round()));
            }
            case ACCEPT -> {
                if (command.round() == current) {
                    rows.accept(command.rows().get(0), elements(command.key()));
                }
            }
            case CLOSE -> {
                if (command.round() == current) {
                    close.update(command);
                }
            }
            case REPUBLISH -> {
                if (command.round() == current) {
                    republish(command, context, out);
                }
            }
            case END -> {
                if (command.round() == current) {
                    forget();
                    round.update(current + 1);
                }
            }
        }
        sendIfDue(context, out);
    }

    private void republish(RelayCommand command, Context context, Collector<UpdateChunk> out)
            throws Exception {
        var order = close.value();
        if (sent.value() != null) {
            send(command, context, out);
        } else if (order != null) {
            close.update(order.withId(command.id())); // its rows are still on their way
        }
    }

    private void sendIfDue(Context context, Collector<UpdateChunk> out) throws Exception {
        var order = close.value();
        if (order == null || sent.value() != null || !rows.areFolded(order.rows())) {
            return;
        }
        send(order, context, out);
        sent.update(true);
    }

    private void send(RelayCommand order, Context context, Collector<UpdateChunk> out)
            throws Exception {
        var grid = new FoldGrid(order.foldQuantumExponent());
        var values = grid.values(rows.sum());
        if (order.codec() != Codec.F64) {
            sendDelta(order, values, context, out);
            return;
        }
        int parts = SumCodec.parts(values.length);
        for (int part = 0; part < parts; part++) {
            int first = SumCodec.first(part);
            int count = SumCodec.elements(part, values.length);
            var payload = SumCodec.encode(values, first, count);
            double squares = 0;
            for (int j = first; j < first + count; j++) {
                squares += values[j] * values[j];
            }
            send(order, part, parts, count, payload, squares, context, out);
        }
    }

    private static void sendDelta(
            RelayCommand order, double[] sum, Context context, Collector<UpdateChunk> out) {
        var delta = new float[sum.length];
        for (int j = 0; j < delta.length; j++) {
            delta[j] = (float) (order.finish() * sum[j]);
        }
        var payload = TensorCodec.encode(order.codec(), FloatBuffer.wrap(delta));
        TensorCodec.decode(order.codec(), payload, delta.length, delta, 0);
        double squares = 0;
        for (float value : delta) {
            squares += (double) value * value;
        }
        send(order, 0, 1, delta.length, payload, squares, context, out);
    }

    private static void send(
            RelayCommand order,
            int part,
            int parts,
            int elements,
            byte[] payload,
            double squaredNorm,
            Context context,
            Collector<UpdateChunk> out) {
        var key = order.key();
        int crc = Crc32c.of(payload);
        out.collect(
                new UpdateChunk(
                        key.model(),
                        order.id(),
                        key.chunk(),
                        order.codec(),
                        elements,
                        crc,
                        squaredNorm,
                        part,
                        payload));
        context.output(
                DONE,
                new PieceDone(key.model(), order.id(), key.chunk(), part, parts, crc, squaredNorm));
    }

    private void forget() {
        rows.clear();
        close.clear();
        sent.clear();
    }

    /** The round whose rows may count: the open one, or the first that can be. */
    private int currentRound() throws Exception {
        var current = round.value();
        return current == null ? bootstrapVersion + 1 : current;
    }

    private int elements(ChunkKey key) {
        return spans.get(key.chunk()).elements();
    }
}
