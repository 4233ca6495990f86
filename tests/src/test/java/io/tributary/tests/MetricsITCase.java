package io.tributary.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.tributary.aggregation.AggregationJob;
import io.tributary.aggregation.MetricsReporter;
import io.tributary.kafka.client.PresenceWriter;
import io.tributary.kafka.embedded.FreePorts;
import io.tributary.operators.figures.Consensus;
import io.tributary.operators.round.RoundPolicy;
import io.tributary.schemas.model.CohortMember;
import io.tributary.schemas.model.Measurement;
import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.silo.SiloEvaluation;
import io.tributary.schemas.silo.SiloPresence;
import io.tributary.schemas.update.RejectionReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** What Prometheus reads from a running job, through Flink's own reporter. */
@TestInstance(Lifecycle.PER_CLASS)
class MetricsITCase {

    private static final String OURS = "flink_taskmanager_job_task_operator_tributary_";
    private static final String PENDING = "flink_taskmanager_job_task_operator_pendingRecords";
    private static final List<String> SILOS = List.of("ash", "birch-eu", "cedar");
    private static final Pattern ROW =
            Pattern.compile("^\\| `(\\w+)` \\|(?:[^|]*\\|){3} (\\w+) \\|");

    private final int port = FreePorts.take();

    @AutoClose private TestCluster cluster;

    @BeforeAll
    void start(@TempDir Path work) throws Exception {
        var metrics = MetricsReporter.options(String.valueOf(port));
        cluster = TestCluster.start(work, 1, 4, 2, metrics);
    }

    @Test
    void theFiguresOfTheRoundsAreServedByTheNamesInTheDocumentation() throws Exception {
        try (var federation = TestFederation.create(cluster, SILOS)) {
            var two = twoRounds(federation);
            assertThat(two.cohort()).extracting(CohortMember::silo).containsExactly("ash", "cedar");

            eventually(() -> assertThat(job(federation).only("version")).isEqualTo(2));
            eventually(() -> assertThat(job(federation).names()).isEqualTo(documented("job")));
            var job = job(federation);

            assertThat(job.only("round")).isEqualTo(3);
            assertThat(job.with("phase", "collecting").only("phase_active")).isEqualTo(1);
            assertThat(job.sum("phase_active")).isEqualTo(1);
            assertThat(job.only("plannedSilos")).isEqualTo(3);
            assertThat(job.only("liveSilos")).isEqualTo(3);
            assertThat(job.only("acceptedInRound")).isZero();
            assertThat(job.only("cohortSize")).isEqualTo(2);
            assertThat(job.only("combinedDeltaNorm")).isEqualTo(norm(two), within(1e-9));
            assertThat(job.only("consensus"))
                    .isEqualTo(Consensus.of(norm(two), two.cohort()), within(1e-9))
                    .isBetween(0.0, 1.0);
            assertThat(job.only("commitToVersionSeconds")).isBetween(0.0, 60.0);
            assertThat(job.only("versionAgeSeconds")).isBetween(0.0, 60.0);

            assertThat(job.sum("acceptedUpdates")).isEqualTo(4);
            assertThat(job.sum("lateUpdates")).isEqualTo(1);
            assertThat(job.sum("refusedUpdates")).isEqualTo(1);
            assertThat(job.with("silo", "cedar").only("silo_lateUpdates")).isEqualTo(1);
            assertThat(job.with("silo", "ash").only("silo_acceptedUpdates")).isEqualTo(2);
            assertThat(job.with("reason", "duplicate").sum("reason_rejectedUpdates")).isEqualTo(1);
            assertThat(job.with("reason", "malformed").sum("reason_rejectedUpdates")).isEqualTo(1);
            assertThat(job.sum("reason_rejectedUpdates"))
                    .isEqualTo(job.sum("silo_rejectedUpdates"))
                    .isEqualTo(federation.rejected().size());
            for (var reason : RejectionReason.values()) {
                var label = reason.name().toLowerCase(Locale.ROOT).replace('_', '-');
                assertThat(job.with("reason", label).names()).as(label).isNotEmpty();
            }

            var birch = job.with("silo", "birch-eu");
            assertThat(birch.only("silo_live")).isEqualTo(1);
            assertThat(birch.only("silo_trainLoss")).isEqualTo(2);
            assertThat(birch.only("silo_evaluatedVersion")).isEqualTo(2);
            eventually(
                    () ->
                            assertThat(
                                            job(federation)
                                                    .with("silo", "birch-eu")
                                                    .only("silo_alignment"))
                                    .isEqualTo(0.25));
            assertThat(birch.only("silo_perplexity")).isEqualTo(Math.exp(2), within(1e-9));
            assertThat(birch.sum("silo_rejectedUpdates")).isEqualTo(1);
            assertThat(birch.sum("silo_receivedBytes"))
                    .isGreaterThan(4.0 * two.layout().elements());
            assertThat(job.sum("publishedBytes")).isEqualTo(2 * 4.0 * two.layout().elements());
            assertThat(job.samples()).noneMatch(sample -> Double.isNaN(sample.value()));
            assertThat(Scrape.of(port).values(PENDING)).isNotEmpty();
        }
    }

    /** And it serves them again without any event: no silo is there to cause one. */
    @Test
    void aJobThatIsStartedAgainShowsWhatItShowedBefore() throws Exception {
        try (var federation = TestFederation.create(cluster, SILOS)) {
            twoRounds(federation);
            eventually(() -> assertThat(job(federation).names()).isEqualTo(documented("job")));
            federation.awaitConsumed();
            var before = job(federation);
            var checkpoint = federation.stopJob();
            eventually(() -> assertThat(job(federation).samples()).isEmpty());
            federation.startJob(checkpoint);
            eventually(() -> assertThat(job(federation).values("round")).hasSize(1));

            var after = job(federation);
            for (var name : List.of("version", "round", "cohortSize", "consensus", "liveSilos")) {
                assertThat(after.only(name)).as(name).isEqualTo(before.only(name));
            }
            for (var silo : List.of("silo_updateNorm", "silo_weight", "silo_live")) {
                assertThat(after.sum(silo)).as(silo).isEqualTo(before.sum(silo));
            }
            assertThat(after.only("silo_perplexity")).isEqualTo(before.only("silo_perplexity"));
        }
    }

    @Test
    void aRelayShowsItsRegion() throws Exception {
        try (var parent = TestFederation.create(cluster, List.of("north", "fir"));
                var north = parent.region("north", List.of("ash", "birch-eu"))) {
            var genesis = parent.genesis(TestLayouts.elevenChunks());
            parent.startJob();
            north.startJob();
            north.join();
            parent.join(List.of("fir"));
            north.upload(north.awaitPlan(1), genesis, List.of("ash", "birch-eu"));
            parent.upload(parent.awaitPlan(1), genesis, List.of("fir"));
            parent.awaitVersion(1);
            evaluate(north, "ash");

            eventually(() -> assertThat(job(north).names()).isEqualTo(documented("relay")));
            eventually(
                    () -> assertThat(job(parent).with("silo", "north").only("silo_live")).isOne());
            assertThat(job(north).only("liveSilos")).isEqualTo(2);
            assertThat(job(north).sum("acceptedUpdates")).isEqualTo(2);
        }
    }

    /**
     * Version 1 without cedar, whose update comes late and counts in version 2; two things are
     * rejected, and a version is measured.
     */
    private static ModelVersion twoRounds(TestFederation federation) throws Exception {
        federation
                .with("round.rule", "mean")
                .with("round.late", "fold")
                .with("round.quorum", 2)
                .with("round.grace", "0 s");
        var genesis = federation.begin(TestLayouts.elevenChunks());
        var first = federation.awaitPlan(1);
        federation.upload(first, genesis, List.of("ash", "birch-eu"));
        var one = federation.awaitVersion(1);
        var second = federation.awaitPlan(2);
        var global = federation.parameters(genesis);
        federation.silo("birch-eu").upload(first, global, federation.parameters(one), 1, 2);
        send(federation, "cedar", new byte[] {1, 2, 3});
        assertThat(federation.awaitRejected(2)).hasSize(2);
        federation.upload(first, genesis, List.of("cedar"));
        federation.awaitConsumed();
        federation.upload(second, one, List.of("ash"));
        var two = federation.awaitVersion(2);
        federation.awaitPlan(3);
        evaluate(federation, "birch-eu");
        return two;
    }

    private static void evaluate(TestFederation federation, String silo) {
        try (var writer = PresenceWriter.open(federation.connection(), federation.topics(), silo)) {
            writer.write(new SiloEvaluation(TestFederation.MODEL, 2, 200, 100, 400));
            writer.write(aligned());
        }
    }

    /** A sign of life that tells how the silo's last delta lay to the step that made version 2. */
    private static SiloPresence aligned() {
        return new SiloPresence(
                        SiloPresence.Kind.HEARTBEAT,
                        1,
                        1_000,
                        10,
                        SiloPresence.Phase.IDLE,
                        "",
                        0,
                        0,
                        0,
                        0)
                .withAlignment(0.25, 2);
    }

    private static void send(TestFederation federation, String silo, byte[] value)
            throws InterruptedException, ExecutionException {
        try (var producer =
                new KafkaProducer<>(
                        federation.connection().clientConfig(),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            var topic = federation.topics().updates(silo);
            var record = new ProducerRecord<byte[], byte[]>(topic, 1, null, value);
            assertThat(producer.send(record).get().hasOffset()).isTrue();
        }
    }

    /** What the job of a federation shows of its own, by the names in the documentation. */
    private Scrape job(TestFederation federation) throws IOException, InterruptedException {
        var name = AggregationJob.name(federation.settings());
        return Scrape.of(port).behind(OURS).with("job_name", name);
    }

    private static void eventually(ThrowingRunnable assertion) {
        await().atMost(Duration.ofSeconds(60)).untilAsserted(assertion);
    }

    private static double norm(ModelVersion version) {
        return version.measurements().stream()
                .filter(m -> m.name().equals(RoundPolicy.COMBINED_DELTA_NORM))
                .mapToDouble(Measurement::value)
                .findFirst()
                .orElseThrow();
    }

    /**
     * Names in the first table of the page.
     *
     * @param of the aggregation job or a relay
     */
    private static Set<String> documented(String of) throws IOException {
        var names = new TreeSet<String>();
        for (var line : Files.readAllLines(Path.of("..", "docker", "METRICS.md"))) {
            if (line.startsWith("What to know")) {
                break;
            }
            var row = ROW.matcher(line);
            if (row.find() && (row.group(2).equals(of) || row.group(2).equals("both"))) {
                names.add(row.group(1));
            }
        }
        return names;
    }
}
