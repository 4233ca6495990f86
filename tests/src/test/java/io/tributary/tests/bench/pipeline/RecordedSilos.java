package io.tributary.tests.bench.pipeline;

import io.tributary.kafka.KafkaConnection;
import io.tributary.kafka.client.PresenceWriter;
import io.tributary.kafka.records.FederationRecords;
import io.tributary.kafka.topics.FederationTopics;
import io.tributary.schemas.codec.ChunkDigest;
import io.tributary.schemas.codec.TensorCodec;
import io.tributary.schemas.model.ChunkSpan;
import io.tributary.schemas.model.CohortMember;
import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.model.ParameterBuffer;
import io.tributary.schemas.silo.SiloPresence;
import io.tributary.schemas.update.ChunkRange;
import io.tributary.schemas.update.UpdateChunk;
import io.tributary.schemas.update.UpdateEnd;
import io.tributary.schemas.update.UpdateId;
import io.tributary.schemas.update.UpdateManifest;
import io.tributary.tests.process.Interrupted;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Silos that train nothing. The updates of a round are on the log before it begins, in transactions
 * that are open: nobody can read them. Committing these is what makes a round's updates appear all
 * at once, and the job's reading begin.
 */
final class RecordedSilos implements AutoCloseable {

    /** Partitions for chunks in each update topic. */
    static final int CHUNK_PARTITIONS = 2;

    private static final int COMMITTERS = 16;
    private static final Duration TRANSACTION = Duration.ofMinutes(14);

    private final PipelineCase pipeline;
    private final List<ChunkSpan> spans;
    private final String layoutDigest;
    private final Map<Integer, PayloadPool> pools = new HashMap<>();
    private final List<String> silos;
    private final FederationRecords records = new FederationRecords(PipelineCase.TOPICS);
    private final List<KafkaProducer<byte[], byte[]>> producers = new ArrayList<>();
    private final KafkaConnection connection;
    private final ExecutorService committers = Executors.newFixedThreadPool(COMMITTERS);

    RecordedSilos(PipelineCase pipeline, KafkaConnection connection) {
        this.pipeline = pipeline;
        this.connection = connection;
        var layout = pipeline.layout();
        spans = layout.chunks();
        layoutDigest = layout.digest();
        silos = pipeline.siloIds();
        for (var span : spans) {
            pools.computeIfAbsent(
                    span.elements(),
                    elements ->
                            new PayloadPool(
                                    silos.size(), elements, pipeline.codec(), pipeline.seed()));
        }
        for (var silo : silos) {
            var producer = producer(silo);
            producers.add(producer);
            producer.initTransactions();
        }
    }

    private KafkaProducer<byte[], byte[]> producer(String silo) {
        var config = connection.clientConfig();
        config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "bench." + silo);
        config.put(
                ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, Math.toIntExact(TRANSACTION.toMillis()));
        config.put(ProducerConfig.BATCH_SIZE_CONFIG, 256 * 1024);
        config.put(ProducerConfig.LINGER_MS_CONFIG, 5);
        config.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 16L * 1024 * 1024);
        config.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 2 * 1024 * 1024);
        return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** Every silo shows itself. */
    void join() {
        for (int i = 0; i < silos.size(); i++) {
            try (var presence =
                    PresenceWriter.open(connection, PipelineCase.TOPICS, silos.get(i))) {
                presence.write(
                        new SiloPresence(
                                SiloPresence.Kind.JOIN,
                                1,
                                1_000_000L * (1 + i % 3),
                                1_000,
                                SiloPresence.Phase.IDLE,
                                "",
                                0,
                                0,
                                0,
                                0));
            }
        }
    }

    /** Writes the updates of a round; they cannot be read yet. */
    void record(int round, Runnable onSilo) {
        for (int i = 0; i < silos.size(); i++) {
            var producer = producers.get(i);
            producer.beginTransaction();
            write(producer, i, round);
            producer.flush();
            onSilo.run();
        }
    }

    private void write(KafkaProducer<byte[], byte[]> producer, int silo, int round) {
        var name = silos.get(silo);
        var id = new UpdateId(round, 1, 1_000_003L * round + silo);
        send(producer, records.update(name, manifest(silo, id)));
        for (int chunk = 0; chunk < spans.size(); chunk++) {
            int elements = spans.get(chunk).elements();
            var row = row(silo, round, chunk);
            var sent =
                    new UpdateChunk(
                            PipelineCase.MODEL,
                            id,
                            chunk,
                            pipeline.codec(),
                            elements,
                            row.crc32c(),
                            row.squaredNorm(),
                            row.payload());
            send(producer, records.update(name, sent, CHUNK_PARTITIONS));
        }
        for (int first = 0; first < Math.min(CHUNK_PARTITIONS, spans.size()); first++) {
            int count = (spans.size() - first + CHUNK_PARTITIONS - 1) / CHUNK_PARTITIONS;
            var carried = List.of(new ChunkRange(first, count, CHUNK_PARTITIONS));
            int partition = FederationTopics.updatePartition(first, CHUNK_PARTITIONS);
            send(
                    producer,
                    records.update(
                            name, new UpdateEnd(PipelineCase.MODEL, id, partition, carried)));
        }
    }

    private PayloadPool.Row row(int silo, int round, int chunk) {
        return pools.get(spans.get(chunk).elements()).row(silo, round, chunk);
    }

    private UpdateManifest manifest(int silo, UpdateId id) {
        var crcs = new int[spans.size()];
        double squaredNorm = 0;
        for (int chunk = 0; chunk < crcs.length; chunk++) {
            var row = row(silo, id.round(), chunk);
            crcs[chunk] = row.crc32c();
            squaredNorm += row.squaredNorm();
        }
        int steps = 1 + silo % PipelineCase.LOCAL_STEPS;
        return new UpdateManifest(
                PipelineCase.MODEL,
                id,
                id.round() - 1,
                layoutDigest,
                1_000,
                steps,
                steps,
                0.1 * steps,
                3.0,
                pipeline.codec(),
                List.of(new ChunkRange(0, crcs.length, 1)),
                ChunkDigest.of(crcs),
                Math.sqrt(squaredNorm));
    }

    /**
     * How far a version is from what it was made from and the weighted mean of the deltas, in
     * float64: largest difference over largest value.
     */
    double deviation(ModelVersion version, ParameterBuffer from, ParameterBuffer to) {
        double weights = version.cohort().stream().mapToDouble(CohortMember::weight).sum();
        double largest = 0;
        double difference = 0;
        for (int chunk = 0; chunk < spans.size(); chunk++) {
            int elements = spans.get(chunk).elements();
            var mean = new double[elements];
            var row = new float[elements];
            for (var member : version.cohort()) {
                var sent = row(silos.indexOf(member.silo()), version.version(), chunk);
                TensorCodec.decode(pipeline.codec(), sent.payload(), elements, row, 0);
                for (int j = 0; j < elements; j++) {
                    mean[j] += member.weight() / weights * row[j];
                }
            }
            var before = from.chunk(chunk);
            var after = to.chunk(chunk);
            for (int j = 0; j < elements; j++) {
                double expected = before.get(j) + mean[j];
                largest = Math.max(largest, Math.abs(expected));
                difference = Math.max(difference, Math.abs(after.get(j) - expected));
            }
        }
        return difference / largest;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // a failure surfaces when it is committed
    private static void send(
            KafkaProducer<byte[], byte[]> producer, ProducerRecord<byte[], byte[]> record) {
        producer.send(record);
    }

    /** What the first silos have recorded becomes readable; returns when all of it is. */
    void commitFirst(int count) {
        commit(0, count);
    }

    /** What the silos behind the first have recorded becomes readable. */
    void commitRest(int first) {
        commit(first, producers.size());
    }

    private void commit(int from, int to) {
        var commits = new ArrayList<Callable<Void>>();
        for (var producer : producers.subList(from, to)) {
            commits.add(
                    () -> {
                        producer.commitTransaction();
                        return null;
                    });
        }
        try {
            for (var done : committers.invokeAll(commits)) {
                done.get();
            }
        } catch (InterruptedException e) {
            throw new Interrupted(e);
        } catch (ExecutionException e) {
            throw new KafkaException("an update could not be committed", e.getCause());
        }
    }

    @Override
    public void close() {
        committers.shutdownNow();
        producers.forEach(producer -> producer.close(Duration.ZERO));
    }
}
