package io.tributary.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tributary.aggregation.JobConfiguration;
import io.tributary.aggregation.JobSettings;
import io.tributary.aggregation.LocalCluster;
import io.tributary.kafka.KafkaConnection;
import io.tributary.kafka.client.ControlAnswers;
import io.tributary.kafka.client.ControlLog;
import io.tributary.kafka.client.FederationFollower;
import io.tributary.kafka.client.Genesis;
import io.tributary.kafka.client.GenesisWriter;
import io.tributary.kafka.client.Producers;
import io.tributary.kafka.embedded.SecuredBroker;
import io.tributary.kafka.topics.FederationTopics;
import io.tributary.kafka.topics.TopicSpec;
import io.tributary.kafka.transactions.TransactionAdmin;
import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.control.ControlCommand;
import io.tributary.schemas.model.ParameterBuffer;
import io.tributary.silo.Silo;
import io.tributary.silo.SiloOptions;
import io.tributary.tests.deploy.Deployment;
import io.tributary.tests.deploy.StrimziResources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.AbortTransactionSpec;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A federation under the rights that {@code docker/kubernetes} gives, on a broker that enforces
 * them: topics, users and access control lists are read from the files for Strimzi, and clients
 * find their passwords as they do there, in a file that their settings name.
 */
@TestInstance(Lifecycle.PER_CLASS)
class SecuredFederationITCase {

    private static final FederationTopics NEWS = new FederationTopics("news");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Where the files for Kubernetes have a password mounted. */
    private static final String CREDENTIALS = "/etc/tributary/credentials";

    private final StrimziResources resources = StrimziResources.ofTheExample();
    private final Map<Silo, Thread> silos = new HashMap<>();
    private Path work;
    private SecuredBroker broker;
    private LocalCluster flink;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        work = folder;
        broker = SecuredBroker.start(folder.resolve("kafka"));
        try (var admin = Admin.create(broker.asAdmin().clientConfig())) {
            admin.createTopics(resources.topics().stream().map(this::onOneBroker).toList())
                    .all()
                    .get();
        }
        for (var user : resources.users()) {
            broker.add(user.name(), user.rights());
            var secret = Files.createDirectories(folder.resolve(user.name()));
            Files.writeString(secret.resolve("sasl.jaas.config"), SecuredBroker.jaas(user.name()));
        }
        var genesis = new Genesis("main", 0, -1, "{}", "bytes", Codec.F32, 0);
        assertThat(
                        new GenesisWriter(as("news.operator"), NEWS, PATIENCE)
                                .write(
                                        genesis,
                                        ParameterBuffer.allocate(TestLayouts.elevenChunks()))
                                .version())
                .isZero();
        flink = LocalCluster.start(folder.resolve("flink"), 1, 2, 2);
        assertThat(flink.submit(job(), null)).isNotNull();
        for (var silo : resources.silos()) {
            startSilo(silo);
        }
    }

    @AfterAll
    void stop() throws Exception {
        silos.keySet().forEach(Silo::stop);
        for (var thread : silos.values()) {
            thread.join();
        }
        flink.close();
        broker.close();
    }

    @Test
    void silosTrainAndTheJobMakesVersionsOfTheirUpdates() {
        try (var follower = FederationFollower.all(as("news.monitor"), NEWS)) {
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> {
                                follower.poll(Duration.ofMillis(50));
                                assertThat(follower.versions("main")).containsKey(2);
                            });
            assertThat(follower.version("main", 2).orElseThrow().cohort())
                    .hasSize(resources.silos().size());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "news.updates.bolt",
                "news.rounds",
                "news.models",
                "news.versions",
                "news.genesis",
                "news.control",
                "news.rejected"
            })
    void aSiloCannotWriteToWhatIsNotItsOwn(String topic) {
        assertThatThrownBy(() -> write(as("news.silo.acme"), topic))
                .isInstanceOf(TopicAuthorizationException.class)
                .hasMessageContaining(topic);
    }

    @ParameterizedTest
    @ValueSource(strings = {"news.updates.bolt", "news.control", "news.rejected"})
    void aSiloCannotReadWhatIsNotForIt(String topic) {
        assertThatThrownBy(() -> read(as("news.silo.acme"), topic, null))
                .isInstanceOf(TopicAuthorizationException.class);
    }

    @Test
    void aSiloHasNoConsumerGroup() {
        assertThatThrownBy(() -> read(as("news.silo.acme"), "news.rounds", "acme"))
                .isInstanceOf(GroupAuthorizationException.class);
    }

    /** The last is why the prefix of a silo's transactions ends in a dot. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "news.bolt.updates",
                "news.main.aggregation.versions.0",
                "news.genesis.main",
                "news.acme-eu.updates"
            })
    void aSiloCannotEndTransactionsOfOthers(String id) {
        assertThatThrownBy(
                        () ->
                                Producers.transactional(as("news.silo.acme"), id, PATIENCE)
                                        .close(Duration.ZERO))
                .isInstanceOf(TransactionalIdAuthorizationException.class);
    }

    @Test
    void theMonitorSeesEverythingAndChangesNothing() throws Exception {
        var monitor = as("news.monitor");
        try (var transactions = new TransactionAdmin(monitor, NEWS, PATIENCE);
                var admin = Admin.create(monitor.clientConfig())) {
            assertThat(transactions.open()).isNotNull();
            await().atMost(PATIENCE)
                    .until(
                            () ->
                                    !admin.listConsumerGroupOffsets("news.main.aggregation")
                                            .partitionsToOffsetAndMetadata()
                                            .get()
                                            .isEmpty());
        }
        for (var topic : resources.topics()) {
            read(monitor, topic.name(), null);
            // Who may write nowhere is not even let to begin.
            assertThatThrownBy(() -> write(monitor, topic.name()))
                    .isInstanceOf(AuthorizationException.class);
        }
    }

    @Test
    void anOperatorsCommandIsObeyed() throws Exception {
        var operator = as("news.operator");
        try (var answers = ControlAnswers.fromNowOn(operator, NEWS, "main")) {
            long offset =
                    new ControlLog(operator, NEWS, PATIENCE)
                            .give(
                                    new ControlCommand(
                                            "main",
                                            ControlCommand.Kind.CHANGE_PLAN,
                                            "round.deadline",
                                            "7200000",
                                            "tester",
                                            "a test"));
            var answer = answers.await(offset, PATIENCE).orElseThrow();
            assertThat(answer.applied()).as(answer.detail()).isTrue();
        }
    }

    @Test
    void anOperatorDoesNotMakeVersionsOfItsOwnNorUpdates() {
        for (var topic : List.of("news.models", "news.rounds", "news.updates.acme")) {
            assertThatThrownBy(() -> write(as("news.operator"), topic))
                    .isInstanceOf(TopicAuthorizationException.class);
        }
    }

    @Test
    void anOperatorEndsATransactionThatHoldsReadersBack() throws Exception {
        var id = "news.acme.doctor";
        var silo = as("news.silo.acme");
        try (var dying = Producers.transactional(silo, id, PATIENCE);
                var transactions = new TransactionAdmin(as("news.operator"), NEWS, PATIENCE)) {
            dying.beginTransaction();
            var unused =
                    dying.send(new ProducerRecord<>("news.updates.acme", 1, null, new byte[1]))
                            .get();
            var open =
                    transactions.open().stream()
                            .filter(transaction -> id.equals(transaction.transactionalId()))
                            .findFirst();

            assertThat(transactions.abort(open.orElseThrow())).isTrue();

            assertThatThrownBy(dying::commitTransaction).isInstanceOf(KafkaException.class);
        }
    }

    /** It takes a right with which an operator could give itself all others. */
    @Test
    void anOperatorDoesNotEndWhatItsCoordinatorHasForgotten() {
        var partition = new TopicPartition("news.updates.acme", 1);
        var forgotten = new AbortTransactionSpec(partition, 1, (short) 0, 0);
        try (var admin = Admin.create(as("news.operator").clientConfig())) {
            assertThatThrownBy(() -> admin.abortTransaction(forgotten).all().get())
                    .hasCauseInstanceOf(ClusterAuthorizationException.class);
        }
    }

    @Test
    void theJobWritesNoUpdates() {
        assertThatThrownBy(() -> write(as("news.job"), "news.updates.acme"))
                .isInstanceOf(TopicAuthorizationException.class);
    }

    private void startSilo(String id) {
        var options =
                SiloOptions.of(as("news.silo." + id), "news", id, work.resolve("silos"))
                        .withEvaluationDelay(Duration.ofMinutes(1));
        var silo = new Silo(options, new QuadraticTrainer(1, 0.5));
        var thread = new Thread(silo, "silo " + id);
        silos.put(silo, thread);
        thread.start();
    }

    /** The base's options, but for where the broker is, and sooner. */
    private JobSettings job() {
        var options = new ArrayList<String>();
        options.add("kafka.bootstrap-servers=" + broker.bootstrapServers());
        options.add("kafka.discovery-interval=1 s");
        options.add("round.silence=1 h");
        options.add("local.solver=sgd");
        options.add("local.learning-rate=0.01");
        options.add("job.checkpoint-interval=250 ms");
        var file = Deployment.KUBERNETES.resolve("base/job.yaml");
        var written = JobSettings.from(JobConfiguration.read(file, options)).connection();
        here(written.security(), "news.job")
                .forEach((key, value) -> options.add("kafka.security.%s=%s".formatted(key, value)));
        var configuration = JobConfiguration.read(file, options);
        return JobSettings.from(configuration);
    }

    /** A client with the settings of the files for Kubernetes, and somebody's password. */
    private KafkaConnection as(String user) {
        var settings = new Properties();
        var file = Deployment.KUBERNETES.resolve("base/kafka.properties");
        try (var reader = Files.newBufferedReader(file)) {
            settings.load(reader);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
        var security = new HashMap<String, String>();
        settings.stringPropertyNames()
                .forEach(name -> security.put(name, settings.getProperty(name)));
        return new KafkaConnection(broker.bootstrapServers(), here(security, user));
    }

    /** Without encryption, and with the password where this test has put it. */
    private Map<String, String> here(Map<String, String> security, String user) {
        var own = new HashMap<String, String>();
        security.forEach(
                (key, value) ->
                        own.put(key, value.replace(CREDENTIALS, work.resolve(user).toString())));
        own.replace("security.protocol", "SASL_SSL", "SASL_PLAINTEXT");
        own.keySet().removeIf(key -> key.startsWith("ssl."));
        return own;
    }

    private NewTopic onOneBroker(TopicSpec topic) {
        var config = new HashMap<>(topic.config());
        config.put(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, "1");
        return new NewTopic(topic.name(), topic.partitions(), (short) 1).configs(config);
    }

    private static void write(KafkaConnection connection, String topic) throws Exception {
        var config = connection.clientConfig();
        try (var producer =
                new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            var unused = producer.send(new ProducerRecord<>(topic, 0, null, new byte[1])).get();
        } catch (ExecutionException e) {
            throw (Exception) e.getCause();
        } catch (KafkaException e) { // a producer that was refused before says so in its cause
            throw e.getCause() instanceof AuthorizationException refused ? refused : e;
        }
    }

    private static void read(KafkaConnection connection, String topic, @Nullable String group) {
        var config = connection.clientConfig();
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
        if (group != null) {
            config.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        }
        try (var consumer =
                new KafkaConsumer<>(
                        config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            var partition = new TopicPartition(topic, 0);
            consumer.assign(List.of(partition));
            if (group != null) {
                var unused = consumer.committed(Set.of(partition));
            }
            consumer.seekToBeginning(List.of(partition));
            assertThat(consumer.position(partition)).isNotNegative();
            assertThat(consumer.poll(Duration.ofMillis(100))).isNotNull();
        }
    }
}
