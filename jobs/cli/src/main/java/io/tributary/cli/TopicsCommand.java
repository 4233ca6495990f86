package io.tributary.cli;

import io.tributary.kafka.topics.CatalogueSettings;
import io.tributary.kafka.topics.FederationTopics;
import io.tributary.kafka.topics.TopicAdmin;
import io.tributary.kafka.topics.TopicCatalogue;
import io.tributary.kafka.topics.TopicSpec;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tributary topics}. */
@Command(
        name = "topics",
        description = "Manages the federation's topics.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = TopicsCommand.Create.class)
final class TopicsCommand {

    /** {@code tributary topics create}. */
    @Command(
            name = "create",
            description = {
                "Creates the federation's topics, and one topic for each silo named.",
                "Topics that exist already are checked and left as they are."
            },
            mixinStandardHelpOptions = true)
    static final class Create implements Callable<Integer> {

        @Spec private CommandSpec spec;
        @Mixin private FederationOptions federation;

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
                description =
                        "Partitions for chunks in each update topic (default: ${DEFAULT-VALUE}).")
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
                description =
                        "How long updates and model chunks are kept (default: ${DEFAULT-VALUE}).")
        private int retentionDays;

        @Override
        public Integer call() throws Exception {
            silos.forEach(FederationTopics::checkSilo);
            var settings =
                    new CatalogueSettings(
                            chunkPartitions,
                            modelPartitions,
                            replication,
                            Math.max(1, replication - 1),
                            Duration.ofDays(retentionDays),
                            Duration.ofDays(365));
            var catalogue = new TopicCatalogue(federation.topics(), settings);
            var out = spec.commandLine().getOut();
            try (var admin = new TopicAdmin(federation.reached(), Duration.ofSeconds(30))) {
                var created = create(admin, catalogue.all(silos));
                created.forEach(topic -> out.println("created " + topic));
                if (created.isEmpty()) {
                    out.println("all topics exist already");
                }
            }
            return ExitCode.OK;
        }

        private List<String> create(TopicAdmin admin, List<TopicSpec> specs) {
            try {
                return admin.create(specs);
            } catch (KafkaException e) {
                if (e.getCause() instanceof InvalidReplicationFactorException) {
                    throw new IllegalArgumentException(
                            "--replication %s needs as many brokers: %s; use --replication 1 for a single broker"
                                    .formatted(replication, e.getCause().getMessage()),
                            e);
                }
                throw e;
            }
        }
    }
}
