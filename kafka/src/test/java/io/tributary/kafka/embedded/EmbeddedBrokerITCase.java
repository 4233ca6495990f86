package io.tributary.kafka.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.kafka.Samples;
import io.tributary.kafka.Settled;
import io.tributary.kafka.client.CompleteVersions;
import io.tributary.kafka.client.Genesis;
import io.tributary.kafka.client.GenesisWriter;
import io.tributary.kafka.topics.CatalogueSettings;
import io.tributary.kafka.topics.FederationTopics;
import io.tributary.kafka.topics.TopicAdmin;
import io.tributary.kafka.topics.TopicCatalogue;
import io.tributary.kafka.topics.TopicMismatchException;
import io.tributary.schemas.codec.Codec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerITCase {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final FederationTopics topics = new FederationTopics("demo");
    private final TopicCatalogue catalogue =
            new TopicCatalogue(topics, CatalogueSettings.singleBroker());

    @TempDir Path directory;

    @Test
    void aBrokerStartedAgainInItsDirectoryStillHasItsData() {
        var genesis = new Genesis("main", 0, -1, "{}", "bytes", Codec.F32, 0);
        try (var broker = EmbeddedBroker.start(directory)) {
            try (var admin = new TopicAdmin(broker.connection(), TIMEOUT)) {
                assertThat(admin.create(catalogue.shared())).hasSize(6);
            }
            assertThat(
                            new GenesisWriter(broker.connection(), topics, TIMEOUT)
                                    .write(genesis, Samples.model(1)))
                    .isNotNull();
        }
        try (var broker = EmbeddedBroker.start(directory)) {
            Settled.await(broker.connection(), topics.genesis(), topics.versions());
            var found = new CompleteVersions(broker.connection(), topics, TIMEOUT).newest("main");
            assertThat(found).get().satisfies(f -> assertThat(f.version().version()).isZero());
        }
    }

    @Test
    void topicsAreCreatedOnceAndComparedLater() {
        try (var broker = EmbeddedBroker.start(directory);
                var admin = new TopicAdmin(broker.connection(), TIMEOUT)) {
            var specs = catalogue.all(List.of("globex", "acme"));
            assertThat(admin.create(specs)).hasSize(8);
            assertThat(admin.create(specs)).isEmpty();
            assertThat(admin.create(List.of(catalogue.updates("initech"))))
                    .containsExactly("demo.updates.initech");
            assertThat(admin.silos(topics)).containsExactly("acme", "globex", "initech");

            var other =
                    new TopicCatalogue(
                            topics,
                            new CatalogueSettings(
                                    3, 4, 1, 1, Duration.ofDays(1), Duration.ofDays(365)));
            assertThatThrownBy(
                            () ->
                                    admin.create(
                                            List.of(
                                                    other.updates("acme"),
                                                    other.updates("umbrella"))))
                    .isInstanceOf(TopicMismatchException.class)
                    .hasMessageContaining("demo.updates.acme has 3 partitions, expected 4")
                    .hasMessageContaining("retention.ms=604800000, expected 86400000");
            assertThat(admin.silos(topics)).contains("umbrella");
        }
    }

    @Test
    void aDirectoryThatCannotBeUsedIsNamed() {
        assertThatThrownBy(() -> EmbeddedBroker.start(Path.of("/proc/nowhere")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("/proc/nowhere");
    }
}
