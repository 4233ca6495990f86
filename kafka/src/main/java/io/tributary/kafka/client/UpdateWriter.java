package io.tributary.kafka.client;

import io.tributary.kafka.KafkaConnection;
import io.tributary.kafka.client.DeltaEncoder.Measure;
import io.tributary.kafka.records.FederationRecords;
import io.tributary.kafka.topics.FederationTopics;
import io.tributary.schemas.codec.ChunkDigest;
import io.tributary.schemas.model.ParameterBuffer;
import io.tributary.schemas.update.ChunkRange;
import io.tributary.schemas.update.UpdateChunk;
import io.tributary.schemas.update.UpdateEnd;
import io.tributary.schemas.update.UpdateManifest;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * Uploads a silo's updates: each in one transaction, so that readers see a whole update or nothing
 * of it.
 *
 * <p>Chunk <i>c</i> goes to partition {@code 1 + c mod P}. The manifest is before the chunks in the
 * partition of chunk 0, an end mark behind them in every partition that was used. The manifest
 * names checksums and the norm of all chunks. Those of other partitions are sent at once,
 * therefore; those behind the manifest are encoded twice, first to measure them and then to send
 * them. Memory holds one chunk and the producer's buffer.
 *
 * <p>The transactional id is {@code <federation>.<silo>.updates}. Opening a writer ends what an
 * earlier writer of this silo left open, and shuts that writer out: of two processes with one silo
 * id, the older one fails.
 *
 * <p>Not thread-safe. After a {@link KafkaException}, close it and open another.
 */
public final class UpdateWriter implements AutoCloseable {

    private final KafkaProducer<byte[], byte[]> producer;
    private final FederationRecords records;
    private final String silo;
    private final int chunkPartitions;

    private UpdateWriter(
            KafkaProducer<byte[], byte[]> producer,
            FederationRecords records,
            String silo,
            int chunkPartitions) {
        this.producer = producer;
        this.records = records;
        this.silo = silo;
        this.chunkPartitions = chunkPartitions;
    }

    /**
     * @param transactionTimeout longest time an upload may take, at most the broker's {@code
     *     transaction.max.timeout.ms}
     * @throws KafkaException if the cluster cannot be reached, the silo's topic does not exist, or
     *     the silo may not write to it; if there is a schema registry, also if it cannot be asked
     */
    public static UpdateWriter open(
            KafkaConnection connection,
            FederationTopics topics,
            String silo,
            Duration transactionTimeout) {
        var topic = topics.updates(silo);
        var producer =
                Producers.transactional(
                        connection,
                        "%s.%s.updates".formatted(topics.federation(), silo),
                        transactionTimeout);
        try {
            int partitions = partitions(producer, topic);
            if (partitions < 2) {
                throw new KafkaException(
                        ("topic %s has %s partition; it needs one for presence and at least"
                                        + " one for chunks")
                                .formatted(topic, partitions));
            }
            var records = FederationRecords.on(connection, topics);
            records.prepare(
                    topic, List.of(UpdateManifest.class, UpdateChunk.class, UpdateEnd.class));
            return new UpdateWriter(producer, records, silo, partitions - 1);
        } catch (RuntimeException e) {
            producer.close(Duration.ZERO);
            throw e;
        }
    }

    private static int partitions(KafkaProducer<byte[], byte[]> producer, String topic) {
        try {
            return producer.partitionsFor(topic).size();
        } catch (TimeoutException e) {
            throw new TimeoutException(
                    ("topic %s is not to be found: create it, or give the silo the right to"
                                    + " write to it")
                            .formatted(topic),
                    e);
        }
    }

    /**
     * Uploads {@code trained - global}.
     *
     * @param update what the silo says about it
     * @param global the version it trained from
     * @param trained what training made of it; not to be changed meanwhile
     * @return the manifest that was sent
     * @throws UnsendableDeltaException if the delta holds a value that is not finite; nothing of it
     *     will be seen
     * @throws KafkaException if the upload failed; nothing of it will be seen
     */
    public UpdateManifest write(
            LocalUpdate update, ParameterBuffer global, ParameterBuffer trained) {
        var delta = new DeltaEncoder(global, trained, update.codec());
        return Transaction.run(producer, () -> send(update, delta));
    }

    private UpdateManifest send(LocalUpdate update, DeltaEncoder delta) {
        var behindManifest =
                CompletableFuture.supplyAsync(() -> delta.measure(this::isBehindManifest));
        Map<Integer, Measure> measures;
        try {
            measures = sendOthers(update, delta);
        } catch (RuntimeException e) {
            var unused =
                    behindManifest.exceptionally(failure -> Map.of()).join(); // reads the models
            throw e;
        }
        var late = joined(behindManifest);
        measures.putAll(late);
        var manifest = manifest(update, delta.layoutDigest(), measures.values());
        send(records.update(silo, manifest));
        late.forEach((c, measured) -> send(delta.encode(update.model(), update.id(), c, measured)));
        sendEndMarks(manifest, delta.chunks());
        return manifest;
    }

    private boolean isBehindManifest(int chunk) {
        return FederationTopics.updatePartition(chunk, chunkPartitions)
                == FederationTopics.MANIFEST_PARTITION;
    }

    /** Sends what does not wait for the manifest. */
    private Map<Integer, Measure> sendOthers(LocalUpdate update, DeltaEncoder delta) {
        var measures = new TreeMap<Integer, Measure>();
        for (int c = 0; c < delta.chunks(); c++) {
            if (!isBehindManifest(c)) {
                var chunk = delta.encode(update.model(), update.id(), c);
                measures.put(c, new Measure(chunk.crc32c(), chunk.squaredNorm()));
                send(chunk);
            }
        }
        return measures;
    }

    private static <T> T joined(CompletableFuture<T> future) {
        try {
            return future.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw e;
        }
    }

    private void sendEndMarks(UpdateManifest manifest, int chunks) {
        for (int first = 0; first < Math.min(chunkPartitions, chunks); first++) {
            int count = (chunks - first + chunkPartitions - 1) / chunkPartitions;
            var carried = List.of(new ChunkRange(first, count, chunkPartitions));
            int partition = FederationTopics.updatePartition(first, chunkPartitions);
            send(
                    records.update(
                            silo,
                            new UpdateEnd(manifest.model(), manifest.id(), partition, carried)));
        }
    }

    /**
     * @param measures of all chunks, in their order
     */
    private static UpdateManifest manifest(
            LocalUpdate update, String layoutDigest, Collection<Measure> measures) {
        var crcs = measures.stream().mapToInt(Measure::crc32c).toArray();
        double squaredNorm = 0;
        for (var measured : measures) {
            squaredNorm += measured.squaredNorm();
        }
        return new UpdateManifest(
                update.model(),
                update.id(),
                update.baseVersion(),
                layoutDigest,
                update.tokens(),
                update.localSteps(),
                update.normalizer(),
                update.sumLearningRates(),
                update.trainLoss(),
                update.codec(),
                List.of(new ChunkRange(0, crcs.length, 1)),
                ChunkDigest.of(crcs),
                Math.sqrt(squaredNorm));
    }

    private void send(UpdateChunk chunk) {
        send(records.update(silo, chunk, chunkPartitions));
    }

    /** A failure to send surfaces when the transaction is committed. */
    @SuppressWarnings("FutureReturnValueIgnored")
    private void send(ProducerRecord<byte[], byte[]> record) {
        producer.send(record);
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(5));
    }
}
