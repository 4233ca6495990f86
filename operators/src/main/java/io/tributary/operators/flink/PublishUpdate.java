package io.tributary.operators.flink;

import io.tributary.schemas.codec.ChunkDigest;
import io.tributary.schemas.model.ModelLayout;
import io.tributary.schemas.update.UpdateId;
import io.tributary.schemas.update.UpdateManifest;
import java.util.ArrayList;
import java.util.Comparator;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.functions.co.KeyedCoProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Writes the manifest of a relay's update once all its pieces have been made.
 *
 * <p>State per model line, of the newest upload it has heard of: the draft and the pieces' reports
 * until the manifest is made.
 */
public final class PublishUpdate
        extends KeyedCoProcessFunction<String, PieceDone, UpdateManifest, UpdateManifest> {

    private static final long serialVersionUID = 1;

    private static final Comparator<UpdateId> ORDER =
            Comparator.comparingInt(UpdateId::round)
                    .thenComparingLong(UpdateId::nonce)
                    .thenComparingInt(UpdateId::attempt);

    private final ModelLayout layout;

    private transient ValueState<UpdateId> newest;
    private transient ValueState<UpdateManifest> draft;
    private transient MapState<Long, PieceDone> done;
    private transient ValueState<Integer> wholeChunks;

    public PublishUpdate(ModelLayout layout) {
        this.layout = layout;
    }

    @Override
    public void open(OpenContext context) {
        var runtime = getRuntimeContext();
        newest =
                runtime.getState(
                        new ValueStateDescriptor<>("newest", TypeInformation.of(UpdateId.class)));
        draft =
                runtime.getState(
                        new ValueStateDescriptor<>(
                                "draft", TypeInformation.of(UpdateManifest.class)));
        done =
                runtime.getMapState(
                        new MapStateDescriptor<>(
                                "done", Types.LONG, TypeInformation.of(PieceDone.class)));
        wholeChunks = runtime.getState(new ValueStateDescriptor<>("whole-chunks", Types.INT));
    }

    @Override
    public void processElement1(PieceDone piece, Context context, Collector<UpdateManifest> out)
            throws Exception {
        if (!isOfNewest(piece.id())) {
            return;
        }
        done.put((long) piece.chunk() << Integer.SIZE | piece.part(), piece);
        if (piece.part() == piece.parts() - 1) { // parts come in order
            var whole = wholeChunks.value();
            wholeChunks.update(whole == null ? 1 : whole + 1);
        }
        publishIfDue(out);
    }

    @Override
    public void processElement2(UpdateManifest next, Context context, Collector<UpdateManifest> out)
            throws Exception {
        if (isOfNewest(next.id())) {
            draft.update(next);
            publishIfDue(out);
        }
    }

    /** Forgets the upload before when the first is heard of a newer one. */
    private boolean isOfNewest(UpdateId id) throws Exception {
        var known = newest.value();
        int order = known == null ? 1 : ORDER.compare(id, known);
        if (order > 0) {
            newest.update(id);
            draft.clear();
            done.clear();
            wholeChunks.clear();
        }
        return order >= 0;
    }

    private void publishIfDue(Collector<UpdateManifest> out) throws Exception {
        var next = draft.value();
        var whole = wholeChunks.value();
        if (next == null || whole == null || whole < layout.chunkCount()) {
            return;
        }
        var pieces = new ArrayList<PieceDone>();
        done.values().forEach(pieces::add);
        pieces.sort(Comparator.comparingInt(PieceDone::chunk).thenComparingInt(PieceDone::part));
        double squares = 0;
        for (var piece : pieces) {
            squares += piece.squaredNorm();
        }
        int[] crcs = pieces.stream().mapToInt(PieceDone::crc32c).toArray();
        out.collect(next.withChunks(ChunkDigest.of(crcs), Math.sqrt(squares)));
        draft.clear();
        done.clear();
        wholeChunks.clear();
    }
}
