package io.tributary.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.cli.track.TestMlflow;
import io.tributary.cli.watch.Records;
import io.tributary.kafka.embedded.EmbeddedBroker;
import io.tributary.kafka.records.FederationRecords;
import io.tributary.kafka.topics.FederationTopics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a log says of versions, in both places, however often the command is started. */
class TrackITCase {

    private static final FederationTopics TOPICS = new FederationTopics("news");
    private static final Map<String, Integer> SILOS = Map.of("ash", 40, "birch", 20);

    @TempDir private Path folder;
    private EmbeddedBroker broker;
    private TestMlflow mlflow;
    private KafkaProducer<byte[], byte[]> producer;

    @BeforeEach
    void start() throws Exception {
        broker = EmbeddedBroker.start(folder.resolve("kafka"));
        mlflow = new TestMlflow();
        producer =
                new KafkaProducer<>(
                        broker.connection().clientConfig(),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
        var created = on("topics", "create", "--replication", "1", "-s", "ash", "-s", "birch");
        assertThat(created.exitCode()).isZero();
    }

    @AfterEach
    void stop() {
        producer.close();
        mlflow.close();
        broker.close();
    }

    @Test
    void everyPointIsThereOnce() throws Exception {
        var records = new FederationRecords(TOPICS);
        var file = folder.resolve("board").resolve("news").resolve("main");
        send(records.version(Records.version(0)));
        send(records.evaluation("ash", Records.evaluation(0, 200)));
        long before = 0;
        for (int round = 1; round <= 3; round++) {
            send(records.round(Records.plan(round, SILOS)));
            send(records.version(Records.version(round, "ash", "birch")));
            send(records.evaluation("ash", Records.evaluation(round, 100)));

            assertThat(track().err()).isEmpty();
            long size = size(file);
            assertThat(size).isGreaterThan(before);
            before = size;

            assertThat(track().err()).isEmpty();
            assertThat(size(file)).isEqualTo(before);
        }

        assertThat(mlflow.runs()).isEqualTo(1);
        assertThat(mlflow.status(0)).isEqualTo("FINISHED");
        assertThat(new HashSet<>(mlflow.logged)).hasSameSizeAs(mlflow.logged);
        assertThat(mlflow.logged)
                .contains("train_loss/birch 3 3.2", "round/cohort_size 2 2.0")
                .filteredOn(point -> point.startsWith("perplexity/all_silos "))
                .hasSize(4);
    }

    @Test
    void aServerThatIsNotThereIsNamed() {
        mlflow.close();

        var ended = track();

        assertThat(ended.exitCode()).isEqualTo(ExitCode.FAILURE);
        assertThat(ended.err())
                .startsWith("tributary: MLflow at " + mlflow.uri() + " does not answer")
                .hasLineCount(1);
    }

    private Ended track() {
        return on(
                "track",
                "--once",
                "--tensorboard",
                folder.resolve("board").toString(),
                "--mlflow",
                mlflow.uri().toString());
    }

    private Ended on(String... command) {
        var words = new ArrayList<>(List.of(command));
        words.addAll(List.of("-b", broker.bootstrapServers(), "-f", TOPICS.federation()));
        return Ended.run(words.toArray(String[]::new));
    }

    private static long size(Path run) throws Exception {
        try (var files = Files.list(run)) {
            var all = files.toList();
            assertThat(all).hasSize(1);
            return Files.size(all.get(0));
        }
    }

    private void send(ProducerRecord<byte[], byte[]> record) throws Exception {
        assertThat(producer.send(record).get()).isNotNull();
    }
}
