package io.tributary.operators.flink;

import io.tributary.schemas.codec.Crc32c;
import io.tributary.schemas.model.ModelChunk;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * Reads published chunks back as any follower does. Every good parameter chunk becomes a {@link
 * ChunkSeen}; those of the version the job begins with also become seeds for the chunks' owners.
 *
 * <p>Stateless. Owners that already have newer values ignore a seed, so that a replay after a
 * restore does no harm.
 */
public final class ReadBackModel extends ProcessFunction<ModelChunk, ChunkSeen> {

    public static final OutputTag<ChunkCommand> SEEDS = new OutputTag<>("seeds") {};

    private static final long serialVersionUID = 1;

    private final Bootstrap bootstrap;

    private transient ChunkKeys keys;

    public ReadBackModel(Bootstrap bootstrap) {
        this.bootstrap = bootstrap;
    }

    @Override
    public void open(OpenContext context) {
        var version = bootstrap.version();
        keys = new ChunkKeys(version.model(), version.layout().chunkCount());
    }

    @Override
    public void processElement(ModelChunk chunk, Context context, Collector<ChunkSeen> out) {
        boolean ours =
                chunk.model().equals(bootstrap.version().model())
                        && chunk.chunk() >= 0
                        && chunk.chunk() < keys.count();
        if (!ours || Crc32c.of(chunk.payload()) != chunk.crc32c()) {
            return;
        }
        if (chunk.part() == 0) {
            out.collect(
                    new ChunkSeen(
                            chunk.model(), chunk.version(), chunk.chunk(), chunk.crc32c(), null));
        }
        if (bootstrap.isSeed(chunk)) {
            context.output(SEEDS, ChunkCommand.seed(keys.of(chunk.chunk()), chunk));
        }
    }
}
