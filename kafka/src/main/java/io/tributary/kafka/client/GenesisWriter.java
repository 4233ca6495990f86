package io.tributary.kafka.client;

import io.tributary.kafka.KafkaConnection;
import io.tributary.kafka.records.FederationRecords;
import io.tributary.kafka.topics.FederationTopics;
import io.tributary.schemas.codec.ChunkDigest;
import io.tributary.schemas.codec.Crc32c;
import io.tributary.schemas.codec.TensorCodec;
import io.tributary.schemas.model.ModelChunk;
import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.model.ParameterBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * Publishes a version that is given: its chunks and then its manifest, in one transaction.
 *
 * <p>All writers of one model line share a transactional id, and each looks for existing versions
 * after it has taken the id: of two that start together, at most one succeeds.
 *
 * @param connection the cluster
 * @param topics the federation
 * @param timeout how long reading what exists, and writing, may take
 */
public record GenesisWriter(KafkaConnection connection, FederationTopics topics, Duration timeout) {

    /**
     * Returns when everybody can read the version.
     *
     * @return the manifest that was published
     * @throws VersionExistsException if the model has a version of this number or a later one
     * @throws org.apache.kafka.common.KafkaException if it could not be written; nothing of it will
     *     be seen
     */
    public ModelVersion write(Genesis genesis, ParameterBuffer parameters) {
        var id = "%s.genesis.%s".formatted(topics.federation(), genesis.model());
        var producer = Producers.transactional(connection, id, timeout);
        try {
            checkNew(genesis);
            var published = new ModelVersion[1];
            Transaction.run(producer, () -> published[0] = send(producer, genesis, parameters));
            awaitReadable(published[0]);
            return published[0];
        } finally {
            producer.close(Duration.ofSeconds(5));
        }
    }

    /** A commit returns before its marks are on all partitions: until then readers wait. */
    private void awaitReadable(ModelVersion published) {
        var versions = new CompleteVersions(connection, topics, timeout);
        var deadline = Deadline.in(timeout);
        while (versions.newest(published.model())
                .filter(found -> found.version().digest().equals(published.digest()))
                .isEmpty()) {
            if (deadline.passed()) {
                throw new TimeoutException(
                        "version %s of %s was written but cannot be read within %s"
                                .formatted(published.version(), published.model(), timeout));
            }
        }
    }

    private void checkNew(Genesis genesis) {
        try (var follower = FederationFollower.newest(connection, topics, genesis.model())) {
            follower.catchUp(timeout);
            follower.newestVersion(genesis.model())
                    .filter(newest -> newest.version() >= genesis.version())
                    .ifPresent(
                            newest -> {
                                throw new VersionExistsException(genesis, newest.version());
                            });
        }
    }

    private ModelVersion send(
            KafkaProducer<byte[], byte[]> producer, Genesis genesis, ParameterBuffer parameters) {
        var records = FederationRecords.on(connection, topics);
        int partitions = producer.partitionsFor(topics.genesis()).size();
        var spans = parameters.layout().chunks();
        var crcs = new int[spans.size()];
        var sent = new ArrayList<Future<RecordMetadata>>();
        for (int c = 0; c < crcs.length; c++) {
            var payload = TensorCodec.encode(genesis.codec(), parameters.chunk(c));
            crcs[c] = Crc32c.of(payload);
            var chunk =
                    new ModelChunk(
                            genesis.model(),
                            genesis.version(),
                            c,
                            0,
                            genesis.codec(),
                            spans.get(c).elements(),
                            crcs[c],
                            payload);
            sent.add(producer.send(records.genesis(chunk, partitions)));
        }
        // The broker's clock, not ours: readers look for the chunks by it.
        long sinceMillis =
                sent.stream()
                        .mapToLong(future -> Producers.await(future).timestamp())
                        .min()
                        .orElse(0);
        var version = manifest(genesis, parameters, crcs, sinceMillis);
        Producers.await(producer.send(records.version(version)));
        return version;
    }

    private static ModelVersion manifest(
            Genesis genesis, ParameterBuffer parameters, int[] crcs, long sinceMillis) {
        var chunkVersions = new int[crcs.length];
        Arrays.fill(chunkVersions, genesis.version());
        return new ModelVersion(
                genesis.model(),
                genesis.version(),
                genesis.baseVersion(),
                genesis.architecture(),
                genesis.tokenizer(),
                parameters.layout(),
                genesis.codec(),
                chunkVersions,
                crcs,
                ChunkDigest.of(crcs),
                genesis.version(),
                0,
                sinceMillis,
                genesis.clock(),
                "",
                "",
                List.of(),
                List.of());
    }
}
