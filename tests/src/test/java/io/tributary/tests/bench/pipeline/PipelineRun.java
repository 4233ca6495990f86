package io.tributary.tests.bench.pipeline;

import io.tributary.kafka.KafkaConnection;
import io.tributary.kafka.client.Genesis;
import io.tributary.kafka.client.GenesisWriter;
import io.tributary.kafka.client.IncompleteVersionException;
import io.tributary.kafka.client.ModelReplica;
import io.tributary.kafka.topics.CatalogueSettings;
import io.tributary.kafka.topics.TopicAdmin;
import io.tributary.kafka.topics.TopicCatalogue;
import io.tributary.kafka.topics.TopicSpec;
import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.model.ParameterBuffer;
import io.tributary.tests.process.Broker;
import io.tributary.tests.process.FlinkProcesses;
import io.tributary.tests.process.Interrupted;
import io.tributary.tests.process.StalledException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;

/**
 * Rounds of a federation whose silos have trained already, through a broker and a Flink cluster
 * that are processes of their own. The rounds differ in how the updates come: all at once, which
 * shows how fast the job is; or the last one when the others have been read, which shows how soon a
 * version follows.
 */
final class PipelineRun implements AutoCloseable {

    /** Rounds in which the heaps are watched. */
    static final int WATCHED = 3;

    private static final int WARM_UP = 6;
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final long LOOK_NANOS = 1_000_000_000;

    private final PipelineCase pipeline;
    private final KafkaConnection connection;
    private final FlinkProcesses flink;
    private final RecordedSilos silos;
    private final RawLog raw;
    private final VersionWatch watch;
    private final ClusterProbe cluster;
    private final List<ProcessProbe> processes = new ArrayList<>();
    private final Consumer<String> progress;
    private int round;
    private long lookedNanos;

    /**
     * Founds the federation and starts the job.
     *
     * @param rounds rounds that are going to be run
     * @param progress hears what is being done
     */
    PipelineRun(
            PipelineCase pipeline,
            int rounds,
            Broker broker,
            FlinkProcesses flink,
            Consumer<String> progress)
            throws StalledException, IOException {
        this.pipeline = pipeline;
        this.flink = flink;
        this.progress = progress;
        connection = broker.connection();
        progress.accept("founding");
        found();
        var settings = pipeline.settings(connection.bootstrapServers(), WARM_UP + rounds);
        flink.submit(settings, null, pipeline.parallelism());
        cluster = new ClusterProbe(flink, connection, settings.name());
        raw = new RawLog(connection, pipeline.parallelism());
        silos = new RecordedSilos(pipeline, connection);
        watch = new VersionWatch(connection, this::trouble);
        processes.add(ProcessProbe.of("broker", broker.pid()));
        processes.add(ProcessProbe.of("job manager", flink.jobManager()));
        for (long pid : flink.taskManagers()) {
            processes.add(
                    ProcessProbe.of(
                            PipelineResult.TASK_MANAGER + " " + (processes.size() - 1), pid));
        }
        silos.join();
    }

    private void found() {
        var topics = PipelineCase.TOPICS;
        var settings = CatalogueSettings.singleBroker();
        var specs = new ArrayList<>(new TopicCatalogue(topics, settings).all(pipeline.siloIds()));
        specs.add(new TopicSpec(RawLog.TOPIC, settings.modelPartitions(), (short) 1, Map.of()));
        try (var admin = new TopicAdmin(connection, PATIENCE)) {
            var unused = admin.create(specs);
        }
        var genesis = new Genesis(PipelineCase.MODEL, 0, -1, "{}", "bytes", Codec.F32, 0);
        var unused =
                new GenesisWriter(connection, topics, PATIENCE)
                        .write(genesis, ParameterBuffer.allocate(pipeline.layout()));
    }

    /** Why nothing more is to be expected; empty if nothing is known against it. */
    private String trouble() {
        long now = System.nanoTime();
        if (now - lookedNanos < LOOK_NANOS) {
            return "";
        }
        lookedNanos = now;
        var dead = flink.dead();
        if (!dead.isEmpty()) {
            return "%s has ended by itself".formatted(dead.get(0));
        }
        var state = flink.jobState();
        return List.of("RUNNING", "CREATED", "INITIALIZING", "").contains(state)
                ? ""
                : "the job is " + state;
    }

    /** Rounds that are not measured: code is compiled, and buffers are there. */
    void warmUp() throws StalledException {
        for (int i = 0; i < WARM_UP; i++) {
            endure();
        }
    }

    /** A round whose updates all become readable at once. */
    RoundCost atOnce() throws StalledException {
        var updates = begin();
        var models = watch.modelEnds();
        var before = cpu();
        progress.accept("round %s: aggregating".formatted(round));
        long began = System.currentTimeMillis();
        silos.commitFirst(pipeline.silos());
        long readable = watch.awaitVersion(round);
        var cpu = cpuSince(before);
        var seen = watch.read(models);
        var read = rawRead(updates);
        var write = rawWrite();
        forget(updates.keySet());
        return new RoundCost(
                round,
                read.bytes(),
                seen.bytes(),
                (seen.lastMillis() - began) / 1e3,
                (readable - seen.lastMillis()) / 1e3,
                read.seconds(),
                write.seconds() * seen.bytes() / write.bytes(),
                cpu);
    }

    /** A round whose last update becomes readable when all others have been read. */
    CloseLatency lastAlone() throws StalledException {
        var updates = begin();
        var models = watch.modelEnds();
        int others = pipeline.silos() - 1;
        silos.commitFirst(others);
        progress.accept("round %s: reading all updates but one".formatted(round));
        cluster.awaitRead(lastRecords(of(pipeline.siloIds().subList(0, others), updates)));
        var last = of(pipeline.siloIds().subList(others, others + 1), updates);
        progress.accept("round %s: closing".formatted(round));
        var before = ChunkWork.soFar(taskManagers());
        long began = System.currentTimeMillis();
        silos.commitRest(others);
        long readable = watch.awaitVersion(round);
        var work = ChunkWork.between(before, ChunkWork.soFar(taskManagers()));
        var seen = watch.read(models);
        var read = rawRead(last);
        var write = rawWrite();
        forget(updates.keySet());
        return new CloseLatency(
                (seen.lastMillis() - began) / 1e3,
                (seen.firstMillis() - began) / 1e3,
                (readable - seen.lastMillis()) / 1e3,
                read.seconds(),
                write.seconds() * seen.bytes() / write.bytes(),
                work);
    }

    private List<ProcessProbe> taskManagers() {
        return processes.subList(2, processes.size());
    }

    /**
     * Rounds during which the garbage of the task managers' heaps is collected over and over, and
     * what is left is looked at. What was looked at while a checkpoint was taken does not count:
     * that can be all that there was to see of a round.
     */
    List<Memory> watchingMemory() throws StalledException {
        var sampler = new HeapSampler(taskManagers(), cluster);
        try (sampler) {
            for (int i = 0; i < WATCHED; i++) {
                progress.accept("round %s: looking at the heaps".formatted(round + 1));
                endure();
            }
        }
        var memory = new ArrayList<Memory>();
        for (var process : processes) {
            long live = Math.max(sampler.peak(process), process.liveHeapBytes());
            memory.add(new Memory(process.name(), live, process.peakRssBytes()));
        }
        return memory;
    }

    /**
     * A round until a reader has its version.
     *
     * @param reader has the version before
     */
    Delivery deliver(ModelReplica reader) throws StalledException {
        var updates = begin();
        var previous = copy(reader);
        var models = watch.modelEnds();
        var before = cpu();
        progress.accept("round %s: aggregating".formatted(round));
        long began = System.currentTimeMillis();
        silos.commitFirst(pipeline.silos());
        var unusedTime = watch.awaitVersion(round);
        try {
            var unused = reader.download(watch.newest(), PATIENCE);
        } catch (IncompleteVersionException e) {
            throw new StalledException(e.getMessage(), e);
        }
        long received = System.currentTimeMillis();
        double cpu = cpuSince(before).values().stream().mapToDouble(Double::doubleValue).sum();
        var seen = watch.read(models);
        forget(updates.keySet());
        return new Delivery(
                (received - began) / 1e3,
                (seen.lastMillis() - began) / 1e3,
                pipeline.updateBytes(),
                cpu,
                silos.deviation(seen.manifest(), previous, reader.parameters()));
    }

    /** A reader that has the newest version. */
    ModelReplica reader() throws StalledException {
        var reader = ModelReplica.open(connection, PipelineCase.TOPICS, PipelineCase.MODEL);
        try {
            var unused = reader.download(watch.newest(), PATIENCE);
            return reader;
        } catch (IncompleteVersionException e) {
            throw new StalledException(e.getMessage(), e);
        }
    }

    private static ParameterBuffer copy(ModelReplica reader) {
        var from = reader.parameters();
        var copy = ParameterBuffer.allocate(from.layout());
        for (int chunk = 0; chunk < from.layout().chunkCount(); chunk++) {
            copy.chunk(chunk).put(from.chunk(chunk));
        }
        return copy;
    }

    /** Most memory that all processes have had, bytes. */
    long peakRssBytes() {
        return processes.stream().mapToLong(ProcessProbe::peakRssBytes).sum();
    }

    /** A round of which nothing but its end is of interest. */
    void endure() throws StalledException {
        var updates = begin();
        silos.commitFirst(pipeline.silos());
        var unused = watch.awaitVersion(round);
        forget(updates.keySet());
    }

    /** What everything takes now. */
    Sample sample() {
        var workers = taskManagers();
        var broker = processes.get(0);
        return new Sample(
                round,
                workers.stream().mapToLong(ProcessProbe::liveHeapBytes).sum(),
                workers.stream().mapToLong(ProcessProbe::nativeBytes).sum(),
                workers.stream().mapToLong(ProcessProbe::openFiles).sum(),
                cluster.newestCheckpoint().bytes(),
                broker.liveHeapBytes(),
                broker.openFiles(),
                transactionalIds());
    }

    private int transactionalIds() {
        try (var admin = Admin.create(connection.clientConfig())) {
            return admin.listTransactions().all().get().size();
        } catch (InterruptedException e) {
            throw new Interrupted(e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("transactions cannot be listed", e.getCause());
        }
    }

    ClusterProbe.Checkpoint checkpoint() {
        return cluster.newestCheckpoint();
    }

    private Map<TopicPartition, Long> begin() throws StalledException {
        round++;
        var from = raw.ends(partitions(pipeline.siloIds()));
        var recorded = new int[1];
        silos.record(
                round,
                () ->
                        progress.accept(
                                "round %s: %s of %s updates recorded"
                                        .formatted(round, ++recorded[0], pipeline.silos())));
        progress.accept("round %s: waiting for its plan".formatted(round));
        watch.awaitPlan(round);
        return from;
    }

    private static List<TopicPartition> partitions(List<String> silos) {
        var partitions = new ArrayList<TopicPartition>();
        for (var silo : silos) {
            for (int p = 1; p <= RecordedSilos.CHUNK_PARTITIONS; p++) {
                partitions.add(new TopicPartition(PipelineCase.TOPICS.updates(silo), p));
            }
        }
        return partitions;
    }

    private static Map<TopicPartition, Long> of(
            List<String> silos, Map<TopicPartition, Long> updates) {
        var own = new HashMap<>(updates);
        own.keySet().retainAll(partitions(silos));
        return own;
    }

    /** What a reader has to be behind to have read all: the last entry of each is a commit mark. */
    private Map<TopicPartition, Long> lastRecords(Map<TopicPartition, Long> updates) {
        var ends = new HashMap<>(raw.ends(updates.keySet()));
        ends.replaceAll((partition, end) -> end - 1);
        return ends;
    }

    /** Just after a checkpoint, when the job does nothing. */
    private RawLog.Rate rawRead(Map<TopicPartition, Long> from) throws StalledException {
        progress.accept("round %s: waiting until the job is quiet".formatted(round));
        cluster.awaitCheckpoint();
        progress.accept("round %s: raw consumers".formatted(round));
        return raw.read(from, raw.ends(from.keySet()));
    }

    private RawLog.Rate rawWrite() {
        progress.accept("round %s: raw producers".formatted(round));
        var values = new ArrayList<byte[]>();
        for (var span : pipeline.layout().chunks()) {
            values.add(new byte[pipeline.publication().encodedBytes(span.elements())]);
        }
        return raw.write(values);
    }

    /** What has been measured need not fill the disk. */
    private void forget(Iterable<TopicPartition> partitions) {
        var ends = new HashMap<TopicPartition, RecordsToDelete>();
        for (var partition : partitions) {
            ends.put(partition, RecordsToDelete.beforeOffset(-1));
        }
        for (int p = 0; p < CatalogueSettings.singleBroker().modelPartitions(); p++) {
            ends.put(new TopicPartition(RawLog.TOPIC, p), RecordsToDelete.beforeOffset(-1));
        }
        try (var admin = Admin.create(connection.clientConfig())) {
            admin.deleteRecords(ends).all().get();
        } catch (InterruptedException e) {
            throw new Interrupted(e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("records cannot be deleted", e.getCause());
        }
    }

    private Map<String, Double> cpu() {
        var seconds = new LinkedHashMap<String, Double>();
        processes.forEach(process -> seconds.put(process.name(), process.cpuSeconds()));
        return seconds;
    }

    private Map<String, Double> cpuSince(Map<String, Double> before) {
        var seconds = cpu();
        seconds.replaceAll((process, now) -> now - before.get(process));
        return Collections.unmodifiableMap(seconds);
    }

    @Override
    public void close() throws IOException {
        silos.close();
        watch.close();
        for (var process : processes) {
            process.close();
        }
    }
}
