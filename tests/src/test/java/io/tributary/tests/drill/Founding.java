package io.tributary.tests.drill;

import io.tributary.kafka.KafkaConnection;
import io.tributary.kafka.client.Genesis;
import io.tributary.kafka.client.GenesisWriter;
import io.tributary.kafka.topics.CatalogueSettings;
import io.tributary.kafka.topics.FederationTopics;
import io.tributary.kafka.topics.TopicAdmin;
import io.tributary.kafka.topics.TopicCatalogue;
import io.tributary.schemas.model.ParameterBuffer;
import java.time.Duration;
import java.util.List;

/**
 * Founds a federation: its topics, and version 0 of the model.
 *
 * @param connection to a cluster that has no such federation
 * @param silos who is to have a topic
 */
record Founding(KafkaConnection connection, FederationTopics topics, List<String> silos) {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /**
     * @param parameters of version 0
     */
    void publish(ParameterBuffer parameters) {
        var catalogue = new TopicCatalogue(topics, CatalogueSettings.singleBroker());
        try (var admin = new TopicAdmin(connection, PATIENCE)) {
            var unused = admin.create(catalogue.all(silos));
        }
        var version = new Genesis(DrillModel.NAME, 0, -1, "{}", "bytes", DrillDeltas.CODEC, 0);
        var unused = new GenesisWriter(connection, topics, PATIENCE).write(version, parameters);
    }
}
