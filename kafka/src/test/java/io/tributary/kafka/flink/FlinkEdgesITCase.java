package io.tributary.kafka.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tributary.kafka.KafkaConnection;
import io.tributary.kafka.Samples;
import io.tributary.kafka.client.CompleteVersions;
import io.tributary.kafka.client.ControlLog;
import io.tributary.kafka.client.FederationFollower;
import io.tributary.kafka.client.LocalUpdate;
import io.tributary.kafka.client.UpdateWriter;
import io.tributary.kafka.embedded.EmbeddedBroker;
import io.tributary.kafka.topics.CatalogueSettings;
import io.tributary.kafka.topics.FederationTopics;
import io.tributary.kafka.topics.TopicAdmin;
import io.tributary.kafka.topics.TopicCatalogue;
import io.tributary.kafka.topics.TopicSpec;
import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.control.ControlCommand;
import io.tributary.schemas.model.ModelChunk;
import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.round.RoundEntry;
import io.tributary.schemas.round.RoundPlan;
import io.tributary.schemas.update.SiloRecord;
import io.tributary.schemas.update.UpdateEnd;
import io.tributary.schemas.update.UpdateId;
import io.tributary.schemas.update.UpdateManifest;
import io.tributary.schemas.wire.Wire;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlinkEdgesITCase {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final FederationTopics TOPICS = new FederationTopics("demo");
    private static final TopicCatalogue CATALOGUE =
            new TopicCatalogue(TOPICS, CatalogueSettings.singleBroker());

    @TempDir static Path directory;
    private static EmbeddedBroker broker;
    private static KafkaConnection connection;

    @BeforeAll
    static void start() {
        broker = EmbeddedBroker.start(directory);
        connection = broker.connection();
        create(CATALOGUE.all(List.of("early")));
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @Test
    void aSiloThatJoinsLaterIsRead() throws Exception {
        upload("early");
        try (var received =
                environment()
                        .fromSource(
                                sources().updates(StartingPoint.earliest()),
                                WatermarkStrategy.noWatermarks(),
                                "updates")
                        .executeAndCollect()) {
            var early = take(received, 1 + 5 + 2);
            assertThat(early).extracting(SiloRecord::silo).containsOnly("early");

            create(List.of(CATALOGUE.updates("late")));
            sendRaw("late", null);
            sendRaw("late", "no record of ours".getBytes(StandardCharsets.UTF_8));
            upload("late");
            var late = take(received, 2 + 1 + 5 + 2);
            assertThat(late).extracting(SiloRecord::silo).containsOnly("late");
            assertThat(late).allSatisfy(r -> assertThat(r.appendMillis()).isPositive());
            assertThat(late)
                    .filteredOn(r -> r.partition() == 0)
                    .extracting(r -> new String(r.value(), StandardCharsets.UTF_8))
                    .containsExactly("", "no record of ours");
            var decoded = new ArrayList<Record>();
            for (var record : late) {
                if (record.partition() > 0) {
                    decoded.add(Wire.decode(record.value()));
                }
            }
            assertThat(decoded).filteredOn(UpdateManifest.class::isInstance).hasSize(1);
            assertThat(decoded).filteredOn(UpdateEnd.class::isInstance).hasSize(2);
        }
    }

    @Test
    void whatTheSinksWriteIsSeenOnceAfterACheckpoint() throws Exception {
        var sinks = new JobSinks(connection, TOPICS, "demo.job.", Duration.ofMinutes(5));
        var environment = environment();
        environment.enableCheckpointing(200);
        var chunks = Samples.chunks("sunk", 1, 1);
        var version = Samples.version("sunk", 1, chunks, 0);
        var plan = Samples.plan("sunk", 1, "early");

        // The numbers keep the job running: only checkpoints can commit what it wrote.
        var started = environment.fromSequence(0, Long.MAX_VALUE).setParallelism(1);
        started.process(new Once<>(chunks))
                .returns(TypeInformation.of(ModelChunk.class))
                .sinkTo(sinks.models())
                .name("models")
                .uid("models");
        started.process(new Once<>(List.of(version)))
                .returns(TypeInformation.of(ModelVersion.class))
                .sinkTo(sinks.versions())
                .name("versions")
                .uid("versions");
        started.process(new Once<>(List.of(RoundEntry.of(plan))))
                .returns(TypeInformation.of(RoundEntry.class))
                .sinkTo(sinks.rounds())
                .name("rounds")
                .uid("rounds");
        var job = environment.executeAsync();
        try (var follower = FederationFollower.all(connection, TOPICS)) {
            await().atMost(TIMEOUT)
                    .until(
                            () -> {
                                follower.poll(Duration.ofMillis(200));
                                return follower.newestVersion("sunk").isPresent()
                                        && follower.newestPlan("sunk").isPresent();
                            });
            assertThat(follower.newestPlan("sunk")).contains(plan);
            assertThat(follower.newestVersion("sunk").orElseThrow())
                    .usingRecursiveComparison()
                    .isEqualTo(version);
            await().atMost(TIMEOUT)
                    .until(
                            () ->
                                    new CompleteVersions(connection, TOPICS, TIMEOUT)
                                            .newest("sunk")
                                            .isPresent());
        } finally {
            job.cancel().get();
        }
        await().atMost(TIMEOUT)
                .untilAsserted(
                        () ->
                                assertThat(Thread.getAllStackTraces().keySet())
                                        .extracting(Thread::getName)
                                        .noneMatch(n -> n.startsWith("kafka-admin-client-thread")));

        // Read back the way the job does; a timestamp start finds the same records.
        try (var read =
                environment()
                        .fromSource(
                                sources().models(StartingPoint.timestamp(1)),
                                WatermarkStrategy.noWatermarks(),
                                "models")
                        .executeAndCollect()) {
            for (int i = 0; i < chunks.size(); i++) {
                var chunk = read.next();
                assertThat(chunk).usingRecursiveComparison().isEqualTo(chunks.get(chunk.chunk()));
            }
        }
    }

    @Test
    void commandsAreReadFromOneOnOrFromTheOldestThatIsLeft() throws Exception {
        var control = new ControlLog(connection, TOPICS, TIMEOUT);
        for (var silo : List.of("a", "b", "c")) {
            var command =
                    new ControlCommand(
                            "main", ControlCommand.Kind.EVICT, silo, "", "tester", "a test");
            assertThat(control.give(command)).isNotNegative();
        }
        assertThat(commandsFrom(1, 2)).containsExactly("b", "c");

        var partition = new TopicPartition(TOPICS.control(), 0);
        try (var admin = Admin.create(connection.clientProperties())) {
            admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(2))).all().get();
        }
        assertThat(commandsFrom(1, 1)).containsExactly("c");
    }

    private static List<String> commandsFrom(long offset, int count) throws Exception {
        var start = StartingPoint.offset(TOPICS.control(), offset);
        try (var read =
                environment()
                        .fromSource(
                                sources().control(start),
                                WatermarkStrategy.noWatermarks(),
                                "control")
                        .executeAndCollect()) {
            return take(read, count).stream().map(r -> r.command().subject()).toList();
        }
    }

    private static JobSources sources() {
        return new JobSources(connection, TOPICS, "demo-job", Duration.ofMillis(200));
    }

    private static StreamExecutionEnvironment environment() {
        var configuration = new Configuration();
        configuration.set(PipelineOptions.GENERIC_TYPES, false);
        configuration.set(PipelineOptions.OBJECT_REUSE, true);
        return StreamExecutionEnvironment.createLocalEnvironment(1, configuration);
    }

    private static <T> List<T> take(Iterator<T> records, int count) {
        var taken = new ArrayList<T>();
        for (int i = 0; i < count; i++) {
            taken.add(records.next());
        }
        return taken;
    }

    private static void create(List<TopicSpec> specs) {
        try (var admin = new TopicAdmin(connection, TIMEOUT)) {
            assertThat(admin.create(specs)).hasSameSizeAs(specs);
        }
    }

    private static void upload(String silo) {
        var update =
                new LocalUpdate(
                        "main", new UpdateId(1, 1, 7), 0, Codec.F32, 640, 10, 10, 0.5, 2.25);
        try (var writer = UpdateWriter.open(connection, TOPICS, silo, TIMEOUT)) {
            assertThat(writer.write(update, Samples.model(1), Samples.model(2))).isNotNull();
        }
    }

    private static void sendRaw(String silo, byte[] value) throws Exception {
        try (var producer =
                new KafkaProducer<>(
                        connection.clientConfig(),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            var record = new ProducerRecord<byte[], byte[]>(TOPICS.updates(silo), 0, null, value);
            assertThat(producer.send(record).get().hasOffset()).isTrue();
        }
    }

    /** Emits its records at the first number it sees and swallows the rest. */
    private static final class Once<T extends Record> extends ProcessFunction<Long, T> {
        private static final long serialVersionUID = 1;
        private final byte[][] encoded;
        private final boolean entries;

        Once(List<T> records) {
            entries = records.get(0) instanceof RoundEntry;
            encoded =
                    records.stream()
                            .map(r -> Wire.encode(r instanceof RoundEntry e ? e.record() : r))
                            .toArray(byte[][]::new);
        }

        @Override
        @SuppressWarnings("unchecked")
        public void processElement(Long number, Context context, Collector<T> out)
                throws Exception {
            if (number == 0) {
                for (var value : encoded) {
                    var record = Wire.decode(value);
                    out.collect((T) (entries ? RoundEntry.of((RoundPlan) record) : record));
                }
            }
        }
    }
}
