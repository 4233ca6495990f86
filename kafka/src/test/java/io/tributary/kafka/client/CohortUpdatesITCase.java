package io.tributary.kafka.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.kafka.KafkaConnection;
import io.tributary.kafka.Samples;
import io.tributary.kafka.Settled;
import io.tributary.kafka.embedded.EmbeddedBroker;
import io.tributary.kafka.records.FederationRecords;
import io.tributary.kafka.topics.CatalogueSettings;
import io.tributary.kafka.topics.FederationTopics;
import io.tributary.kafka.topics.TopicAdmin;
import io.tributary.kafka.topics.TopicCatalogue;
import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.codec.TensorCodec;
import io.tributary.schemas.model.CohortMember;
import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.update.UpdateId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CohortUpdatesITCase {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final FederationTopics TOPICS = new FederationTopics("demo");
    private static final int CHUNKS = Samples.LAYOUT.chunkCount();
    private static final ModelVersion BASE =
            Samples.version("main", 2, Samples.chunks("main", 2, 1), 0);

    @TempDir static Path directory;
    private static EmbeddedBroker broker;
    private static KafkaConnection connection;

    @BeforeAll
    static void start() {
        broker = EmbeddedBroker.start(directory);
        connection = broker.connection();
        var catalogue = new TopicCatalogue(TOPICS, CatalogueSettings.singleBroker());
        try (var admin = new TopicAdmin(connection, TIMEOUT)) {
            assertThat(admin.create(catalogue.all(List.of("neat", "odd", "silent")))).isNotEmpty();
        }
        upload("neat", 2, 21, 0, 1, 2, 3, 4);
        upload("neat", 3, 31, 0, 1, 2, 3, 4);
        upload("neat", 4, 41, 0, 1, 2, 3, 4);
        upload("odd", 3, 32, 4, 1, 2);
        upload("odd", 4, 42, 0);
        upload("odd", 3, 32, 3, 0, 1, 4);
        Settled.await(connection, TOPICS.updates("neat"), TOPICS.updates("odd"));
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @Test
    void everyChunkOfEveryUpdateIsReadInStepAsOftenAsWanted() throws Exception {
        try (var updates =
                CohortUpdates.find(
                        connection, TOPICS, BASE, version("neat", "odd"), null, TIMEOUT)) {
            assertThat(updates.uploads()).containsOnly(new UpdateId(3, 1, 5)).hasSize(2);
            for (int pass = 1; pass <= 2; pass++) {
                var read = new TreeMap<Integer, List<float[]>>();
                updates.forEachChunk(
                        (chunk, rows) ->
                                read.put(
                                        chunk,
                                        rows.stream()
                                                .map(row -> decoded(row.payload(), row.elements()))
                                                .toList()));
                assertThat(read).hasSize(CHUNKS);
                read.forEach(
                        (chunk, rows) ->
                                assertThat(rows)
                                        .containsExactly(expected(31, chunk), expected(32, chunk)));
            }
        }
    }

    @Test
    void anUpdateThatIsNotThereIsNamed() {
        var version = version("neat", "silent");

        assertThatThrownBy(
                        () -> CohortUpdates.find(connection, TOPICS, BASE, version, null, TIMEOUT))
                .isInstanceOf(VersionNotOnLogException.class)
                .hasMessageContaining("update of silent that is in version 3")
                .hasMessageContaining("5 of 5 chunks");
    }

    /** Sends these chunks of an update, in this order, without manifest or end marks. */
    private static void upload(String silo, int round, long seed, int... chunks) {
        var records = new FederationRecords(TOPICS);
        var delta = new DeltaEncoder(Samples.model(1), Samples.model(seed), Codec.F32);
        var measures = delta.measure(c -> true);
        var producer =
                Producers.transactional(connection, "demo.%s.updates".formatted(silo), TIMEOUT);
        try {
            Transaction.run(
                    producer,
                    () -> {
                        for (int chunk : chunks) {
                            var encoded =
                                    delta.encode(
                                            "main",
                                            new UpdateId(round, 1, 5),
                                            chunk,
                                            measures.get(chunk));
                            var unused = producer.send(records.update(silo, encoded, 2));
                        }
                    });
        } finally {
            producer.close(TIMEOUT);
        }
    }

    private static float[] expected(long seed, int chunk) {
        var delta = new DeltaEncoder(Samples.model(1), Samples.model(seed), Codec.F32);
        var payload = delta.encode("main", new UpdateId(3, 1, 5), chunk).payload();
        return decoded(payload, Samples.LAYOUT.chunks().get(chunk).elements());
    }

    private static float[] decoded(byte[] payload, int elements) {
        var values = new float[elements];
        TensorCodec.decode(Codec.F32, payload, elements, values, 0);
        return values;
    }

    private static ModelVersion version(String... silos) {
        return new ModelVersion(
                "main",
                3,
                2,
                "{}",
                "bytes",
                Samples.LAYOUT,
                Codec.F32,
                BASE.chunkVersions(),
                BASE.chunkCrcs(),
                BASE.digest(),
                3,
                0,
                System.currentTimeMillis(),
                0,
                "mean",
                "sgd(lr=1)",
                Arrays.stream(silos)
                        .map(silo -> new CohortMember(silo, "", 3, 1, 2, 0.5, 1, 1, 1, 1, 1))
                        .toList(),
                List.of());
    }
}
