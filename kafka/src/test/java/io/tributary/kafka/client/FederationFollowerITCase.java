package io.tributary.kafka.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.kafka.KafkaConnection;
import io.tributary.kafka.Samples;
import io.tributary.kafka.Settled;
import io.tributary.kafka.embedded.EmbeddedBroker;
import io.tributary.kafka.registry.RegistryConnection;
import io.tributary.kafka.registry.SchemaRegistryException;
import io.tributary.kafka.registry.StubRegistry;
import io.tributary.kafka.topics.CatalogueSettings;
import io.tributary.kafka.topics.FederationTopics;
import io.tributary.kafka.topics.TopicAdmin;
import io.tributary.kafka.topics.TopicCatalogue;
import io.tributary.schemas.round.RoundPlan;
import io.tributary.schemas.wire.Wire;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FederationFollowerITCase {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final FederationTopics TOPICS = new FederationTopics("demo");

    /** It counts already, and would not come again. */
    @Test
    void whatCameBeforeAFailureIsHandedOutByTheNextCall(@TempDir Path folder) throws Exception {
        var first = Samples.plan("main", 1, "acme");
        var second = Samples.plan("main", 2, "acme");
        try (var broker = EmbeddedBroker.start(folder);
                var registry = new StubRegistry()) {
            var connection =
                    new KafkaConnection(
                            broker.bootstrapServers(),
                            Map.of(),
                            RegistryConnection.at(registry.url()));
            createTopics(connection);
            int number = registry.add(Wire.schema(RoundPlan.class).toString());
            write(connection, Wire.encode(first), Wire.encode(second, number));
            try (var follower = FederationFollower.all(connection, TOPICS)) {
                registry.fail(1, 403, "");

                assertThatThrownBy(() -> follower.catchUp(TIMEOUT))
                        .isInstanceOf(SchemaRegistryException.class);

                assertThat(follower.newestPlan("main")).contains(first);
                assertThat(follower.catchUp(TIMEOUT))
                        .extracting(Entry::record)
                        .containsExactly(first, second);
                assertThat(follower.catchUp(TIMEOUT)).isEmpty();
            }
        }
    }

    private static void createTopics(KafkaConnection connection) {
        var catalogue = new TopicCatalogue(TOPICS, CatalogueSettings.singleBroker());
        try (var admin = new TopicAdmin(connection, TIMEOUT)) {
            assertThat(admin.create(catalogue.shared())).isNotEmpty();
        }
    }

    private static void write(KafkaConnection connection, byte[]... values) {
        try (var producer = Producers.transactional(connection, "demo.job.test", TIMEOUT)) {
            Transaction.run(
                    producer,
                    () -> {
                        for (var value : values) {
                            var record = new ProducerRecord<byte[], byte[]>(TOPICS.rounds(), value);
                            var unused = Producers.await(producer.send(record));
                        }
                    });
        }
        Settled.await(connection, TOPICS.rounds());
    }
}
