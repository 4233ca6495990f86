package io.tributary.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.kafka.embedded.EmbeddedBroker;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every test has a federation of its own. */
class TransactionsITCase {

    @TempDir static Path folder;
    private static EmbeddedBroker broker;

    @BeforeAll
    static void start() {
        broker = EmbeddedBroker.start(folder.resolve("kafka"));
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @Test
    void withoutAnOpenTransactionThereIsNothingToDo() {
        create("calm");

        assertThat(on("calm", "list").out()).contains("no open transaction on", "calm");
        var abort = on("calm", "abort", "--silo", "acme", "--yes");
        assertThat(abort.exitCode()).as(abort.err()).isZero();
        assertThat(abort.out()).contains("no open transaction of that kind");
        assertThat(on("calm", "abort", "--id", "calm.acme.updates", "--yes").exitCode())
                .isEqualTo(ExitCode.NOT_FOUND);
        assertThat(on("nowhere", "list").exitCode()).isEqualTo(ExitCode.NOT_FOUND);
    }

    @Test
    void aLiveUploadIsListedAndAbortedByForceOnly() throws IOException {
        create("live");
        try (var silo = upload("live", "acme")) {
            assertThat(on("live", "list").out())
                    .contains(
                            "live.acme.updates: upload of silo acme, open",
                            "of at most 10:00",
                            "holds readers of live.updates.acme-1 at 0, of 1");
            var listed = on("live", "list", "--json").json();
            assertThat(listed).hasSize(1);
            assertThat(listed.get(0).at("/owner/kind").asText()).isEqualTo("silo");
            assertThat(listed.get(0).get("timeoutSeconds").asDouble()).isEqualTo(600);
            assertThat(listed.get(0).at("/partitions/0/blocked").asBoolean()).isTrue();
            assertThat(on("live", "list", "--older-than", "1h", "--json").json()).isEmpty();

            var refused = on("live", "abort", "--silo", "acme", "--yes");
            assertThat(refused.exitCode()).isEqualTo(ExitCode.USAGE);
            assertThat(refused.err()).contains("alive", "nothing was aborted", "--force");
            assertThat(on("live", "list", "--json").json()).hasSize(1);

            var aborted = on("live", "abort", "--silo", "acme", "--yes", "--force", "--json");
            assertThat(aborted.exitCode()).as(aborted.err()).isZero();
            assertThat(aborted.json().get(0).get("aborted").asBoolean()).isTrue();
            assertThat(on("live", "list", "--json").json()).isEmpty();
            assertThat(committedEnd("live.updates.acme")).isEqualTo(2);
        }
    }

    @Test
    void withoutYesItAsks() throws IOException {
        create("asked");
        String[] abort = {"abort", "--older-than", "0s", "--force"};
        try (var silo = upload("asked", "acme")) {
            var no = answering("n\n", abort);
            assertThat(no.exitCode()).isEqualTo(ExitCode.FAILURE);
            assertThat(no.err()).contains("asked.acme.updates", "Abort it?", "nothing was aborted");
            var silent = answering("", abort);
            assertThat(silent.exitCode()).isEqualTo(ExitCode.USAGE);
            assertThat(silent.err()).contains("--yes");
            assertThat(on("asked", "list", "--json").json()).hasSize(1);

            var yes = answering("y\n", abort);
            assertThat(yes.exitCode()).as(yes.err()).isZero();
            assertThat(yes.out())
                    .contains(
                            "aborted asked.acme.updates: readers go on in asked.updates.acme-1 from 0");
            assertThat(on("asked", "list", "--json").json()).isEmpty();
        }
    }

    private static Ended answering(String answer, String... command) {
        var before = System.in;
        System.setIn(new ByteArrayInputStream(answer.getBytes(StandardCharsets.US_ASCII)));
        try {
            return on("asked", command);
        } finally {
            System.setIn(before);
        }
    }

    private static void create(String federation) {
        var created = run(federation, "topics", "create", "--replication", "1", "--silo", "acme");
        assertThat(created.exitCode()).as(created.err()).isZero();
    }

    private static Ended on(String federation, String... command) {
        var words = new ArrayList<>(List.of("transactions"));
        words.addAll(List.of(command));
        return run(federation, words.toArray(String[]::new));
    }

    private static Ended run(String federation, String... command) {
        var words = new ArrayList<>(List.of(command));
        words.addAll(List.of("-b", broker.bootstrapServers(), "-f", federation));
        return Ended.run(words.toArray(String[]::new));
    }

    /** A silo in the middle of an upload. */
    private static KafkaProducer<byte[], byte[]> upload(String federation, String silo) {
        var config = broker.connection().clientConfig();
        config.put(
                ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                "%s.%s.updates".formatted(federation, silo));
        config.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, 600_000);
        var producer =
                new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
        producer.initTransactions();
        producer.beginTransaction();
        var topic = "%s.updates.%s".formatted(federation, silo);
        var record = new ProducerRecord<byte[], byte[]>(topic, 1, null, new byte[] {1});
        assertThat(producer.send(record)).succeedsWithin(Duration.ofSeconds(30));
        return producer;
    }

    /** Where a reader of committed records stops in partition 1: behind the mark of the abort. */
    private static long committedEnd(String topic) {
        var config = broker.connection().clientConfig();
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        try (var consumer =
                new KafkaConsumer<>(
                        config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            var partition = new TopicPartition(topic, 1);
            return consumer.endOffsets(List.of(partition)).get(partition);
        }
    }
}
