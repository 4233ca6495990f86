package io.tributary.kafka.client;

import io.tributary.kafka.KafkaConnection;
import io.tributary.kafka.topics.FederationTopics;
import io.tributary.schemas.codec.TensorCodec;
import io.tributary.schemas.model.ModelChunk;
import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.model.ParameterBuffer;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * A reader's copy of a model line. Each download reads only the part of the log in which chunks
 * newer than the copy's can be, and takes only those.
 *
 * <p>Where a download starts: at the offsets where the last one found everything it needed, or at
 * the time since when the manifest's chunks were written, whichever is later; going back to an
 * older version, at that time.
 *
 * <p>Not thread-safe.
 */
public final class ModelReplica implements AutoCloseable {

    /** Brokers stamp records with their own clocks: how far those may be apart. */
    static final Duration CLOCK_SLACK = Duration.ofMinutes(1);

    /** How long to wait for more while there is something to do with what was read. */
    private static final Duration READ_AHEAD = Duration.ofMillis(5);

    private final LogReader reader;
    private final ExecutorService taker =
            Executors.newSingleThreadExecutor(ModelReplica::takingThread);
    private final List<TopicPartition> partitions = new ArrayList<>();
    private final String model;
    private final Map<TopicPartition, Long> resumeAt = new HashMap<>();
    private int resumeVersion = -1;
    private @Nullable Pass unfinished;

    private @Nullable ParameterBuffer parameters;
    private int version = -1;
    private int[] heldVersions = new int[0];
    private int[] heldCrcs = new int[0];

    private ModelReplica(LogReader reader, String model) {
        this.reader = reader;
        this.model = model;
    }

    /**
     * An empty copy.
     *
     * @throws org.apache.kafka.common.KafkaException if the cluster cannot be reached or the topics
     *     do not exist
     */
    public static ModelReplica open(
            KafkaConnection connection, FederationTopics topics, String model) {
        var reader = LogReader.scanning(connection, topics.federation() + "-replica");
        try {
            var replica = new ModelReplica(reader, model);
            replica.partitions.addAll(reader.partitions(topics.genesis()));
            replica.partitions.addAll(reader.partitions(topics.models()));
            return replica;
        } catch (RuntimeException e) {
            reader.close();
            throw e;
        }
    }

    /** The version this copy holds whole; -1 before the first download and after a failed one. */
    public int version() {
        return version;
    }

    /**
     * The parameters of {@link #version()}. The same buffer after every download, unless the layout
     * changed; it is overwritten by the next one.
     *
     * @throws IllegalStateException if there is no whole version
     */
    public ParameterBuffer parameters() {
        if (parameters == null || version < 0) {
            throw new IllegalStateException("this copy of %s holds no version".formatted(model));
        }
        return parameters;
    }

    /**
     * Makes this a copy of a version, waiting for chunks that are not there yet.
     *
     * @throws IncompleteVersionException if chunks are missing when the time is up; names them. The
     *     next call for the same version goes on where this one stopped
     * @throws IllegalArgumentException if the manifest is of another model or contradicts itself
     */
    public Download download(ModelVersion wanted, Duration timeout)
            throws IncompleteVersionException {
        return download(wanted, List.of(), timeout);
    }

    /**
     * Like {@link #download(ModelVersion, Duration)}, and also fills {@code moments} with what else
     * a snapshot has: the server optimizer's moments, a rule's centre, the master.
     *
     * @param moments one buffer per part, {@link ModelVersion#momentParts} of them, of the
     *     version's layout
     * @throws IllegalArgumentException if the version is not a snapshot, or has another number of
     *     parts
     */
    public Download download(ModelVersion wanted, List<ParameterBuffer> moments, Duration timeout)
            throws IncompleteVersionException {
        checkRequest(wanted, moments);
        var deadline = Deadline.in(timeout);
        var pass = unfinished;
        if (pass == null || !pass.isFor(wanted, moments)) {
            pass = begin(wanted, moments);
        }
        while (!pass.search.isComplete()) {
            if (deadline.passed()) {
                throw new IncompleteVersionException(wanted, pass.search.missingChunks(), deadline);
            }
            readAhead(pass, reader.poll(deadline.nextPoll()), deadline);
        }
        end(pass);
        return new Download(pass.chunks, pass.bytes);
    }

    /**
     * Takes what was read, in another thread, while this one reads on; until all is there, the time
     * is up, or there is nothing to be read at once. Whatever was read has been taken then, by one
     * thread at a time.
     */
    private void readAhead(
            Pass pass, ConsumerRecords<byte[], ByteBuffer> first, Deadline deadline) {
        var records = first;
        while (!records.isEmpty()) {
            var taken = records;
            var taking = CompletableFuture.runAsync(() -> taken.forEach(pass::accept), taker);
            try {
                records = reader.poll(READ_AHEAD);
            } finally {
                await(taking);
            }
            if (pass.search.isComplete() || deadline.passed()) {
                var rest = records;
                await(CompletableFuture.runAsync(() -> rest.forEach(pass::accept), taker));
                return;
            }
        }
    }

    private static Thread takingThread(Runnable taking) {
        var thread = new Thread(taking, "replica");
        thread.setDaemon(true);
        return thread;
    }

    private void await(CompletableFuture<Void> taking) {
        try {
            taking.join();
        } catch (CompletionException e) {
            unfinished = null; // not all that was read was taken: the next call begins anew
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw e;
        }
    }

    /** Decides what is needed and where to look for it. */
    private Pass begin(ModelVersion wanted, List<ParameterBuffer> moments) {
        var search = new ChunkSearch(wanted, 1 + moments.size());
        version = -1;
        unfinished = null;
        prepare(wanted);
        for (int c = 0; c < heldVersions.length; c++) {
            if (heldVersions[c] == wanted.chunkVersions()[c]
                    && heldCrcs[c] == wanted.chunkCrcs()[c]) {
                search.skip(c);
            }
        }
        var pass = new Pass(wanted, moments, search);
        if (!search.isComplete()) {
            reader.startAt(starts(wanted, moments.isEmpty()));
            pass.reads = true;
        }
        unfinished = pass;
        return pass;
    }

    private void end(Pass pass) {
        if (pass.reads) {
            resumeAt.clear();
            for (var partition : partitions) {
                long read = reader.position(partition);
                resumeAt.put(partition, pass.firstNewer.getOrDefault(partition, read));
            }
            resumeVersion = pass.wanted.version();
        }
        version = pass.wanted.version();
        unfinished = null;
    }

    private void checkRequest(ModelVersion wanted, List<ParameterBuffer> moments) {
        if (!wanted.model().equals(model)) {
            throw new IllegalArgumentException(
                    "this is a copy of %s; it cannot become version %s of %s"
                            .formatted(model, wanted.version(), wanted.model()));
        }
        if (moments.isEmpty()) {
            return;
        }
        if (wanted.snapshotVersion() != wanted.version()) {
            throw new IllegalArgumentException(
                    "version %s was published without moments; the newest snapshot before it is %s"
                            .formatted(wanted.version(), wanted.snapshotVersion()));
        }
        if (wanted.momentParts() != moments.size()) {
            throw new IllegalArgumentException(
                    "version %s has %s moments per chunk, got buffers for %s"
                            .formatted(wanted.version(), wanted.momentParts(), moments.size()));
        }
    }

    private void prepare(ModelVersion wanted) {
        if (parameters == null || !parameters.layout().equals(wanted.layout())) {
            parameters = null; // or there would be two
            parameters = ParameterBuffer.allocate(wanted.layout());
            heldVersions = new int[wanted.chunkVersions().length];
            heldCrcs = new int[heldVersions.length];
            Arrays.fill(heldVersions, -1);
            resumeAt.clear();
        }
    }

    private Map<TopicPartition, Long> starts(ModelVersion wanted, boolean parametersOnly) {
        long since = wanted.chunksSinceMillis() - CLOCK_SLACK.toMillis();
        var starts = reader.offsetsSince(partitions, since);
        if (parametersOnly && resumeVersion < wanted.version()) {
            resumeAt.forEach((partition, offset) -> starts.merge(partition, offset, Math::max));
        }
        return starts;
    }

    @Override
    public void close() {
        taker.shutdown();
        reader.close();
    }

    /**
     * What a download took, with earlier calls for the same version that ran out of time.
     *
     * @param chunks chunk records that were used
     * @param bytes their payload
     */
    public record Download(int chunks, long bytes) {}

    /** One reading of the log in search of one version. */
    private final class Pass {
        private final ModelVersion wanted;
        private final List<ParameterBuffer> moments;
        private final ChunkSearch search;
        private final Map<TopicPartition, Long> firstNewer = new HashMap<>();
        private @Nullable ModelChunk last;
        private boolean reads;
        private int chunks;
        private long bytes;

        Pass(ModelVersion wanted, List<ParameterBuffer> moments, ChunkSearch search) {
            this.wanted = wanted;
            this.moments = moments;
            this.search = search;
        }

        boolean isFor(ModelVersion version, List<ParameterBuffer> targets) {
            return version.version() == wanted.version()
                    && version.digest().equals(wanted.digest())
                    && targets.equals(moments);
        }

        void accept(ConsumerRecord<byte[], ByteBuffer> record) {
            var chunk = reader.decode(record, ModelChunk.class, last);
            if (chunk == null) {
                return;
            }
            last = chunk;
            if (chunk.model().equals(model) && chunk.version() > wanted.version()) {
                var partition = new TopicPartition(record.topic(), record.partition());
                firstNewer.putIfAbsent(partition, record.offset());
            }
            if (search.accept(chunk)) {
                var target = chunk.part() == 0 ? parameters : moments.get(chunk.part() - 1);
                TensorCodec.decode(
                        chunk.codec(),
                        chunk.payload(),
                        chunk.elements(),
                        target.chunk(chunk.chunk()));
                chunks++;
                bytes += chunk.payload().length;
                if (chunk.part() == 0) {
                    heldVersions[chunk.chunk()] = chunk.version();
                    heldCrcs[chunk.chunk()] = chunk.crc32c();
                }
            }
        }
    }
}
