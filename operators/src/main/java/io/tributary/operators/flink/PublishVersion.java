package io.tributary.operators.flink;

import io.tributary.operators.round.RoundPolicy;
import io.tributary.operators.round.SnapshotParts;
import io.tributary.schemas.codec.ChunkDigest;
import io.tributary.schemas.model.Measurement;
import io.tributary.schemas.model.ModelVersion;
import java.util.ArrayList;
import java.util.Arrays;
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
 * Writes the manifest of a version once all its chunks have been made. A draft that comes again for
 * a version already made publishes the same manifest again.
 *
 * <p>State per model line: the newest manifest, for good; the draft and the chunks' reports until
 * the manifest is made.
 */
public final class PublishVersion
        extends KeyedCoProcessFunction<String, ChunkDone, VersionDraft, ModelVersion> {

    private static final long serialVersionUID = 1;

    private final Bootstrap bootstrap;

    private transient ValueState<ModelVersion> newest;
    private transient ValueState<VersionDraft> draft;
    private transient MapState<Integer, ChunkDone> done;
    private transient ValueState<Integer> count;

    public PublishVersion(Bootstrap bootstrap) {
        this.bootstrap = bootstrap;
    }

    @Override
    public void open(OpenContext context) {
        var runtime = getRuntimeContext();
        newest =
                runtime.getState(
                        new ValueStateDescriptor<>(
                                "newest", TypeInformation.of(ModelVersion.class)));
        draft =
                runtime.getState(
                        new ValueStateDescriptor<>(
                                "draft", TypeInformation.of(VersionDraft.class)));
        done =
                runtime.getMapState(
                        new MapStateDescriptor<>(
                                "done", Types.INT, TypeInformation.of(ChunkDone.class)));
        count = runtime.getState(new ValueStateDescriptor<>("count", Types.INT));
    }

    @Override
    public void processElement1(ChunkDone report, Context context, Collector<ModelVersion> out)
            throws Exception {
        if (report.version() <= newest().version()) {
            return; // published again; the manifest was kept
        }
        if (done.contains(report.chunk())) {
            return; // published again; only the first report tells how far the chunk moved
        }
        done.put(report.chunk(), report);
        count.update(count() + 1);
        publishIfDue(out);
    }

    @Override
    public void processElement2(VersionDraft next, Context context, Collector<ModelVersion> out)
            throws Exception {
        var published = newest();
        if (next.version() == published.version()) {
            out.collect(published);
        } else if (next.version() > published.version()) {
            draft.update(next);
            publishIfDue(out);
        }
    }

    private void publishIfDue(Collector<ModelVersion> out) throws Exception {
        var previous = newest();
        var next = draft.value();
        int chunks = previous.layout().chunkCount();
        if (next == null || count() < chunks) {
            return;
        }
        var crcs = new int[chunks];
        double combinedSquaredNorm = 0;
        for (int chunk = 0; chunk < chunks; chunk++) {
            var report = done.get(chunk);
            crcs[chunk] = report.crc32c();
            combinedSquaredNorm += report.combinedSquaredNorm();
        }
        var versions = new int[chunks];
        Arrays.fill(versions, next.version());
        var manifest = manifest(previous, next, versions, crcs, Math.sqrt(combinedSquaredNorm));
        newest.update(manifest);
        draft.clear();
        done.clear();
        count.clear();
        out.collect(manifest);
    }

    private ModelVersion manifest(
            ModelVersion previous,
            VersionDraft next,
            int[] versions,
            int[] crcs,
            double combinedNorm) {
        int momentParts =
                SnapshotParts.of(next.serverOptimizer(), next.rule(), next.codec()).count();
        var measurements = new ArrayList<>(next.measurements());
        measurements.add(new Measurement(RoundPolicy.COMBINED_DELTA_NORM, combinedNorm));
        return new ModelVersion(
                next.model(),
                next.version(),
                next.baseVersion(),
                previous.architecture(),
                previous.tokenizer(),
                previous.layout(),
                next.codec(),
                versions,
                crcs,
                ChunkDigest.of(crcs),
                next.snapshot() ? next.version() : previous.snapshotVersion(),
                next.snapshot() ? momentParts : previous.momentParts(),
                next.chunksSinceMillis(),
                next.clock(),
                next.rule(),
                next.serverOptimizer(),
                next.cohort(),
                measurements);
    }

    private ModelVersion newest() throws Exception {
        var manifest = newest.value();
        return manifest == null ? bootstrap.version() : manifest;
    }

    private int count() throws Exception {
        var counted = count.value();
        return counted == null ? 0 : counted;
    }
}
