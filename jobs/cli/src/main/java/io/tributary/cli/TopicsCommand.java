package io.tributary.cli;

import io.tributary.kafka.asyncapi.AsyncApiDocument;
import io.tributary.kafka.records.TopicContent;
import io.tributary.kafka.registry.SubjectNaming;
import io.tributary.kafka.topics.FederationTopics;
import io.tributary.kafka.topics.TopicAdmin;
import io.tributary.kafka.topics.TopicCatalogue;
import io.tributary.kafka.topics.TopicSpec;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
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
        subcommands = {
            TopicsCommand.Create.class,
            TopicsCommand.Register.class,
            TopicsCommand.AsyncApi.class
        })
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
        @Mixin private CatalogueOptions options;

        @Override
        public Integer call() throws Exception {
            var silos = options.silos();
            var catalogue = new TopicCatalogue(federation.topics(), options.settings());
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
                                    .formatted(options.replication(), e.getCause().getMessage()),
                            e);
                }
                throw e;
            }
        }
    }

    /** {@code tributary topics register}. */
    @Command(
            name = "register",
            description = {
                "Registers the schemas of all that lies on the federation's topics with its schema"
                        + " registry.",
                "For registries where silos and the job may not (auto-register: false)."
            },
            mixinStandardHelpOptions = true)
    static final class Register implements Callable<Integer> {

        @Spec private CommandSpec spec;
        @Mixin private FederationOptions federation;

        @Option(
                names = {"-s", "--silo"},
                paramLabel = "ID",
                description =
                        "Silo whose topic has subjects of its own (schema.registry.subjects ="
                                + " topic-record); repeatable.")
        private List<String> silos = List.of();

        @Override
        public Integer call() {
            silos.forEach(FederationTopics::checkSilo);
            var registry = federation.connection().registry();
            if (registry == null) {
                throw new IllegalArgumentException(
                        "there is no schema registry to register with; set --schema-registry");
            }
            var ids = registry.registering().ids();
            boolean byTopic = registry.subjects() == SubjectNaming.TOPIC_RECORD;
            var registered = new TreeMap<String, Integer>();
            for (var topic : TopicContent.values()) {
                for (var name : byTopic ? names(topic) : List.of("")) {
                    for (var type : topic.types()) {
                        var what = (name + " " + type.getSimpleName()).strip();
                        registered.put(what, ids.id(name, type));
                    }
                }
            }
            var out = spec.commandLine().getOut();
            registered.forEach((what, id) -> out.printf("%s has schema id %s%n", what, id));
            return ExitCode.OK;
        }

        private List<String> names(TopicContent topic) {
            var topics = federation.topics();
            return topic == TopicContent.UPDATES
                    ? silos.stream().map(topics::updates).toList()
                    : List.of(topic.topic(topics, ""));
        }
    }

    /** {@code tributary topics asyncapi}. */
    @Command(
            name = "asyncapi",
            description = {
                "Prints the AsyncAPI 3 document of the federation: topics, records, schemas, and who"
                        + " sends and receives what.",
                "Asks the cluster for nothing: it is the document of the topics that 'topics create'"
                        + " would create with the same options."
            },
            mixinStandardHelpOptions = true)
    static final class AsyncApi implements Callable<Integer> {

        @Spec private CommandSpec spec;
        @Mixin private FederationOptions federation;
        @Mixin private CatalogueOptions options;

        @Override
        public Integer call() {
            var document =
                    AsyncApiDocument.of(
                            federation.connection(),
                            federation.topics(),
                            options.settings(),
                            options.silos());
            var out = spec.commandLine().getOut();
            out.print(document.toYaml());
            out.flush();
            return ExitCode.OK;
        }
    }
}
