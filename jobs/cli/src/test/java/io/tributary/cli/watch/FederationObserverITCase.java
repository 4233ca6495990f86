package io.tributary.cli.watch;

import static io.tributary.cli.watch.Records.evaluation;
import static io.tributary.cli.watch.Records.plan;
import static io.tributary.cli.watch.Records.presence;
import static io.tributary.cli.watch.Records.refused;
import static io.tributary.cli.watch.Records.version;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.kafka.KafkaConnection;
import io.tributary.kafka.client.LocalUpdate;
import io.tributary.kafka.client.PresenceWriter;
import io.tributary.kafka.client.UpdateWriter;
import io.tributary.kafka.embedded.EmbeddedBroker;
import io.tributary.kafka.records.FederationRecords;
import io.tributary.kafka.topics.CatalogueSettings;
import io.tributary.kafka.topics.FederationTopics;
import io.tributary.kafka.topics.TopicAdmin;
import io.tributary.kafka.topics.TopicCatalogue;
import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.codec.Crc32c;
import io.tributary.schemas.model.Block;
import io.tributary.schemas.model.ModelChunk;
import io.tributary.schemas.model.ModelLayout;
import io.tributary.schemas.model.ParameterBuffer;
import io.tributary.schemas.model.Slot;
import io.tributary.schemas.model.TensorSpec;
import io.tributary.schemas.silo.SiloPresence.Phase;
import io.tributary.schemas.update.RejectionReason;
import io.tributary.schemas.update.UpdateId;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FederationObserverITCase {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Clock CLOCK = Clock.systemUTC();

    /** Four chunks of 400 bytes as f32. */
    private static final ModelLayout LAYOUT =
            new ModelLayout(
                    List.of(
                            new Block(
                                    "layer",
                                    Slot.WEIGHTS,
                                    List.of(new TensorSpec("weight", List.of(400))))),
                    100);

    @TempDir static Path directory;
    private static EmbeddedBroker broker;
    private static KafkaConnection connection;
    private static KafkaProducer<byte[], byte[]> producer;

    @BeforeAll
    static void start() {
        broker = EmbeddedBroker.start(directory);
        connection = broker.connection();
        producer =
                new KafkaProducer<>(
                        connection.clientConfig(),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
    }

    @AfterAll
    static void stop() {
        producer.close();
        broker.close();
    }

    @Test
    void seesWhatTheJobAndTheSilosWrite() {
        var topics = create("seen", "a", "b");
        var records = new FederationRecords(topics);
        try (var observer = FederationObserver.all(connection, topics, CLOCK)) {
            send(records.version(version(0)));
            send(records.presence("a", presence(Phase.TRAINING, 1, 3, 40, 1500)));
            send(records.evaluation("a", evaluation(0, 200)));
            send(records.round(plan(1, Map.of("a", 40, "b", 10))));
            observer.catchUp(TIMEOUT);

            var open = observer.snapshot("main");
            assertThat(observer.models()).containsExactly("main");
            assertThat(open.openRound().round()).isEqualTo(1);
            assertThat(open.secondsOpen()).isBetween(0.0, 60.0);
            assertThat(open.silo("a").orElseThrow().presence().step()).isEqualTo(3);
            assertThat(open.silo("b").orElseThrow().presence()).isNull();

            send(records.version(version(1, "a")));
            send(records.rejected(refused("b", 1, 1, RejectionReason.LATE, 5)));
            observer.catchUp(TIMEOUT);

            var closed = observer.snapshot("main");
            assertThat(closed.openRound()).isNull();
            assertThat(closed.round(1).orElseThrow().late()).isEqualTo(1);
            assertThat(closed.round(1).orElseThrow().seconds().orElseThrow()).isBetween(0.0, 60.0);
        }
    }

    @Test
    void findsASiloThatJoinsLaterAndForgetsNobody() {
        var topics = create("joined", "first");
        var records = new FederationRecords(topics);
        try (var observer = FederationObserver.all(connection, topics, CLOCK)) {
            send(records.presence("first", presence(Phase.IDLE, 0, 0, 0, 0)));
            observer.catchUp(TIMEOUT);
            create("joined", "first", "second");
            try (var presence = PresenceWriter.open(connection, topics, "second")) {
                presence.write(presence(Phase.TRAINING, 1, 7, 40, 900));
            }
            send(records.presence("first", presence(Phase.TRAINING, 1, 9, 40, 900)));

            long end = System.nanoTime() + TIMEOUT.toNanos();
            while (step(observer, "second") != 7 || step(observer, "first") != 9) {
                assertThat(System.nanoTime()).as("found in time").isLessThan(end);
                observer.poll(Duration.ofMillis(100));
            }
        }
    }

    @Test
    void aRecentViewBeginsNearTheEnd() {
        var topics = create("recent", "a");
        var records = new FederationRecords(topics);
        send(records.evaluation("a", evaluation(0, 200)));
        for (int step = 1; step <= 20; step++) {
            send(records.presence("a", presence(Phase.TRAINING, 1, step, 40, 900)));
        }
        send(records.version(version(0)));
        try (var observer = FederationObserver.recent(connection, topics, CLOCK, 5)) {
            observer.catchUp(TIMEOUT);

            assertThat(step(observer, "a")).isEqualTo(20);
            var now = observer.snapshot("main");
            assertThat(now.silo("a").orElseThrow().lastEvaluation()).isEmpty();
            assertThat(now.newestVersion()).isPresent();
        }
    }

    @Test
    void whatIsNoRecordIsPassedOver() {
        var topics = create("garbage", "a");
        send(new ProducerRecord<>(topics.updates("a"), 0, null, new byte[] {1, 2, 3}));
        send(new ProducerRecord<>(topics.updates("a"), 0, null, null));
        send(new FederationRecords(topics).presence("a", presence(Phase.IDLE, 0, 2, 0, 0)));
        try (var observer = FederationObserver.all(connection, topics, CLOCK)) {
            observer.catchUp(TIMEOUT);
            assertThat(step(observer, "a")).isEqualTo(2);
        }
    }

    @Test
    void trafficIsWhatIsInTheLogForEachRound() {
        var topics = create("traffic", "a", "b");
        var records = new FederationRecords(topics);
        send(records.round(plan(1, Map.of("a", 1, "b", 1))));
        send(records.presence("a", presence(Phase.TRAINING, 1, 1, 1, 900)));
        upload(topics, "a", 1);
        upload(topics, "b", 1);
        for (int chunk = 0; chunk < 4; chunk++) {
            var payload = new byte[400];
            send(
                    records.model(
                            new ModelChunk(
                                    "main",
                                    1,
                                    chunk,
                                    0,
                                    Codec.F32,
                                    100,
                                    Crc32c.of(payload),
                                    payload),
                            4));
        }
        try (var observer = FederationObserver.all(connection, topics, CLOCK)) {
            observer.catchUp(TIMEOUT);
            var first = observer.traffic("main", TIMEOUT).get(1);
            // Both silos' four chunks of bf16, and some 200 bytes around each record.
            assertThat(first.bytesUp()).isBetween(2 * 800L, 2 * 800L + 16 * 300L);
            assertThat(first.bytesDown()).isBetween(2 * 1600L, 2 * (1600L + 4 * 200L));

            send(records.presence("a", presence(Phase.TRAINING, 1, 1, 1, 900)));
            assertThat(observer.traffic("main", TIMEOUT).get(1))
                    .as("signs of life are not counted")
                    .isEqualTo(first);

            send(records.round(plan(2, Map.of("a", 1, "b", 1))));
            upload(topics, "a", 2);
            observer.catchUp(TIMEOUT);
            var traffic = observer.traffic("main", TIMEOUT);
            assertThat(traffic.get(1)).isEqualTo(first);
            assertThat(2 * traffic.get(2).bytesUp()).isEqualTo(first.bytesUp());
            assertThat(traffic.get(2).bytesDown()).isZero();
        }
    }

    @Test
    void aFederationThatIsNotThereIsNamed() {
        assertThatThrownBy(
                        () ->
                                FederationObserver.all(
                                        connection, new FederationTopics("nowhere"), CLOCK))
                .isInstanceOf(UnknownTopicOrPartitionException.class)
                .hasMessageContaining("nowhere.rounds");
    }

    private static int step(FederationObserver observer, String silo) {
        return observer.snapshot("main")
                .silo(silo)
                .filter(s -> s.presence() != null)
                .map(s -> s.presence().step())
                .orElse(-1);
    }

    private static FederationTopics create(String federation, String... silos) {
        var topics = new FederationTopics(federation);
        var catalogue = new TopicCatalogue(topics, CatalogueSettings.singleBroker());
        try (var admin = new TopicAdmin(connection, TIMEOUT)) {
            assertThat(admin.create(catalogue.all(List.of(silos)))).isNotEmpty();
        }
        return topics;
    }

    private static void upload(FederationTopics topics, String silo, int round) {
        var global = ParameterBuffer.allocate(LAYOUT);
        try (var writer = UpdateWriter.open(connection, topics, silo, TIMEOUT)) {
            var update =
                    new LocalUpdate(
                            "main",
                            new UpdateId(round, 1, 1),
                            round - 1,
                            Codec.BF16,
                            640,
                            10,
                            10,
                            0.5,
                            2.25);
            assertThat(writer.write(update, global, global)).isNotNull();
        }
    }

    private static void send(ProducerRecord<byte[], byte[]> record) {
        try {
            assertThat(producer.send(record).get()).isNotNull();
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError(e);
        }
    }
}
