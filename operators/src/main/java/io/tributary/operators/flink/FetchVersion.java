package io.tributary.operators.flink;

import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Reads an earlier version from the log and hands its chunks to their owners, to be published again
 * under a new number.
 *
 * <p>Stateless. It reads for as long as the version is large, and checkpoints wait for it. If the
 * version has gone from the log since it was looked up, the job fails, and its error says how to go
 * on.
 */
public final class FetchVersion extends ProcessFunction<SeedOrder, ChunkCommand> {

    private static final long serialVersionUID = 1;

    private final Bootstrap bootstrap;
    private final VersionArchive archive;

    private transient ChunkKeys keys;

    public FetchVersion(Bootstrap bootstrap, VersionArchive archive) {
        this.bootstrap = bootstrap;
        this.archive = archive;
    }

    @Override
    public void open(OpenContext context) {
        var version = bootstrap.version();
        keys = new ChunkKeys(version.model(), version.layout().chunkCount());
    }

    @Override
    public void processElement(SeedOrder order, Context context, Collector<ChunkCommand> out) {
        archive.read(
                new VersionArchive.Found(order.target(), order.moments()),
                chunk -> out.collect(ChunkCommand.rollBack(keys.of(chunk.chunk()), order, chunk)));
    }
}
