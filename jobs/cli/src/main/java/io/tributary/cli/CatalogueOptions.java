package io.tributary.cli;

import io.tributary.aggregation.check.SiloNameChecks;
import io.tributary.kafka.topics.CatalogueSettings;
import io.tributary.kafka.topics.FederationTopics;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What an operator chooses about the topics of a federation. */
final class CatalogueOptions {

    @Mixin private ModelOption model;

    @Option(
            names = {"-s", "--silo"},
            paramLabel = "ID",
            description = "Silo that gets a topic; repeatable.")
    private List<String> silos = List.of();

    @Option(
            names = "--replication",
            paramLabel = "N",
            defaultValue = "3",
            description = "Copies of every partition (default: ${DEFAULT-VALUE}).")
    private int replication;

    @Option(
            names = "--chunk-partitions",
            paramLabel = "N",
            defaultValue = "4",
            description = "Partitions for chunks in each update topic (default: ${DEFAULT-VALUE}).")
    private int chunkPartitions;

    @Option(
            names = "--model-partitions",
            paramLabel = "N",
            defaultValue = "8",
            description =
                    "Partitions of the models and genesis topics (default: ${DEFAULT-VALUE}).")
    private int modelPartitions;

    @Option(
            names = "--update-retention-days",
            paramLabel = "N",
            defaultValue = "7",
            description = "How long updates and model chunks are kept (default: ${DEFAULT-VALUE}).")
    private int retentionDays;

    /**
     * @throws IllegalArgumentException if one is not a silo id, or is what no silo must be called
     */
    List<String> silos() {
        for (var silo : silos) {
            FederationTopics.checkSilo(silo);
            if (SiloNameChecks.isTaken(model.name(), silo)) {
                throw new IllegalArgumentException(
                        "a silo cannot be called '%s': its transactional ids would be those of others; choose another id"
                                .formatted(silo));
            }
        }
        return silos;
    }

    int replication() {
        return replication;
    }

    CatalogueSettings settings() {
        return new CatalogueSettings(
                chunkPartitions,
                modelPartitions,
                replication,
                Math.max(1, replication - 1),
                Duration.ofDays(retentionDays),
                Duration.ofDays(365));
    }
}
