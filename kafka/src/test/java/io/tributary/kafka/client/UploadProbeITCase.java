package io.tributary.kafka.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.kafka.KafkaConnection;
import io.tributary.kafka.embedded.EmbeddedBroker;
import io.tributary.kafka.topics.CatalogueSettings;
import io.tributary.kafka.topics.FederationTopics;
import io.tributary.kafka.topics.TopicAdmin;
import io.tributary.kafka.topics.TopicCatalogue;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UploadProbeITCase {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final FederationTopics TOPICS = new FederationTopics("demo");

    /** Who has been shut out can end nothing any more. */
    @Test
    void aFailureIsToldThoughTheAbortFailsToo(@TempDir Path folder) {
        var failure = new IllegalStateException("the clock stands still");
        try (var broker = EmbeddedBroker.start(folder)) {
            createTopics(broker.connection());
            var probe =
                    new UploadProbe(
                            broker.connection(),
                            TOPICS,
                            "acme",
                            Duration.ofSeconds(1),
                            1024 * 1024,
                            () -> {
                                shutOut(broker.connection());
                                throw failure;
                            });

            assertThatThrownBy(probe::measure).isSameAs(failure);
            assertThat(failure.getSuppressed()).singleElement().isInstanceOf(KafkaException.class);
        }
    }

    private static void createTopics(KafkaConnection connection) {
        var catalogue = new TopicCatalogue(TOPICS, CatalogueSettings.singleBroker());
        try (var admin = new TopicAdmin(connection, TIMEOUT)) {
            assertThat(admin.create(catalogue.all(List.of("acme")))).isNotEmpty();
        }
    }

    /** Another probe of the same silo begins. */
    private static void shutOut(KafkaConnection connection) {
        Producers.transactional(connection, "demo.acme.doctor", TIMEOUT).close(TIMEOUT);
    }
}
