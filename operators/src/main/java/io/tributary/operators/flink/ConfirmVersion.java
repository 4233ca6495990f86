package io.tributary.operators.flink;

import io.tributary.operators.figures.VersionFigures;
import io.tributary.schemas.model.ModelVersion;
import java.util.Map;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Says when a version exists: its manifest and every chunk it names have been read back from the
 * log, with the right checksums. The sink's word is not enough, because a transaction that the
 * broker aborted during a long outage is missing without an error.
 *
 * <p>Keyed by version. State appears with the first piece and goes when the version is confirmed;
 * pieces of versions older than the job's first are ignored. The timestamp of a piece is the time
 * at which the broker appended it.
 */
public final class ConfirmVersion
        extends KeyedProcessFunction<Integer, ChunkSeen, CoordinatorEvent> {

    private static final long serialVersionUID = 1;

    private final int oldestVersion;

    private transient ValueState<ModelVersion> manifestState;
    private transient MapState<Integer, Integer> crcs;
    private transient ValueState<Integer> seenState;
    private transient ValueState<Long> appendedState;

    /**
     * @param oldestVersion the version the job begins with
     */
    public ConfirmVersion(int oldestVersion) {
        this.oldestVersion = oldestVersion;
    }

    @Override
    public void open(OpenContext context) {
        var runtime = getRuntimeContext();
        manifestState =
                runtime.getState(
                        new ValueStateDescriptor<>(
                                "manifest", TypeInformation.of(ModelVersion.class)));
        crcs = runtime.getMapState(new MapStateDescriptor<>("crcs", Types.INT, Types.INT));
        seenState = runtime.getState(new ValueStateDescriptor<>("seen", Types.INT));
        appendedState = runtime.getState(new ValueStateDescriptor<>("appended", Types.LONG));
    }

    @Override
    public void processElement(ChunkSeen piece, Context context, Collector<CoordinatorEvent> out)
            throws Exception {
        if (piece.version() < oldestVersion) {
            return;
        }
        if (piece.manifest() != null) {
            manifestState.update(piece.manifest());
            appendedState.update(context.timestamp());
        } else {
            boolean isNew = !crcs.contains(piece.chunk());
            crcs.put(piece.chunk(), piece.crc32c());
            if (isNew) {
                seenState.update(seen() + 1);
            }
        }
        var manifest = manifestState.value();
        if (manifest == null || !isWhole(manifest)) {
            return;
        }
        var appended = appendedState.value(); // state of a build that did not keep it has none
        var figures =
                VersionFigures.of(
                        manifest,
                        appended == null ? context.timestamp() : appended,
                        context.timerService().currentProcessingTime());
        out.collect(CoordinatorEvent.of(manifest.model(), figures));
        manifestState.clear();
        appendedState.clear();
        crcs.clear();
        seenState.clear();
    }

    private boolean isWhole(ModelVersion manifest) throws Exception {
        int chunks = manifest.chunkCrcs().length;
        if (seen() < chunks) {
            return false;
        }
        for (Map.Entry<Integer, Integer> entry : crcs.entries()) {
            int chunk = entry.getKey();
            if (chunk >= chunks || manifest.chunkCrcs()[chunk] != entry.getValue()) {
                return false;
            }
        }
        return true;
    }

    private int seen() throws Exception {
        var seen = seenState.value();
        return seen == null ? 0 : seen;
    }
}
