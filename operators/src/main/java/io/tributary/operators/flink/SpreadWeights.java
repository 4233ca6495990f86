package io.tributary.operators.flink;

import io.tributary.schemas.round.RoundWeights;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.util.Collector;

/** Hands the weights of a round, read back from the log, to the owner of every chunk. */
public final class SpreadWeights extends RichFlatMapFunction<RoundWeights, ChunkCommand> {

    private static final long serialVersionUID = 1;

    private final Bootstrap bootstrap;

    private transient ChunkKeys keys;

    public SpreadWeights(Bootstrap bootstrap) {
        this.bootstrap = bootstrap;
    }

    @Override
    public void open(OpenContext context) {
        var version = bootstrap.version();
        keys = new ChunkKeys(version.model(), version.layout().chunkCount());
    }

    @Override
    public void flatMap(RoundWeights weights, Collector<ChunkCommand> out) {
        // Those of older rounds too: a chunk that was restored from before the version the job
        // found on the log still waits for them.
        if (!weights.model().equals(bootstrap.version().model()) || !weights.measured()) {
            return;
        }
        for (int chunk = 0; chunk < keys.count(); chunk++) {
            out.collect(ChunkCommand.weigh(keys.of(chunk), weights));
        }
    }
}
