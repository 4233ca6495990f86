package io.tributary.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.kafka.client.ControlLog;
import io.tributary.kafka.embedded.EmbeddedBroker;
import io.tributary.kafka.topics.CatalogueSettings;
import io.tributary.kafka.topics.FederationTopics;
import io.tributary.kafka.topics.TopicAdmin;
import io.tributary.kafka.topics.TopicCatalogue;
import io.tributary.schemas.control.ControlCommand;
import io.tributary.schemas.model.ModelVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A job that an older build has stopped with a savepoint, in the middle of a round and with
 * accepted updates in its state, goes on with this build, to the same bits as if this build had run
 * it from the beginning.
 *
 * <p>An archive in {@code src/test/resources/upgrade} is the data directory of a broker and, for
 * each {@link Rule}, a savepoint, written by the build that first had this state and named after
 * it. It is never written again: every build from then on must restore it. When the state has
 * changed, write another one beside it:
 *
 * <pre>mvn -B verify -pl tests -am -Dtest=NONE -Dsurefire.failIfNoSpecifiedTests=false \\
 *     -Dit.test=UpgradeITCase -Dfailsafe.failIfNoSpecifiedTests=false -Dsavepoint.write=NAME</pre>
 */
class UpgradeITCase {

    private static final Path ARCHIVES = Path.of("src/test/resources/upgrade");
    private static final String WRITE = "savepoint.write";
    private static final List<String> SILOS = List.of("ash", "birch", "cedar");

    /** One that folds what it accepts, and one that holds it and asks for inner products. */
    private enum Rule {
        FOLDED("fednova", "nesterov(lr=0.7, momentum=0.9)"),
        HELD("centered-clipping(tau=0.5)", "fedadam(lr=0.1, bias-correction=adam)");

        private final String rule;
        private final String optimizer;

        Rule(String rule, String optimizer) {
            this.rule = rule;
            this.optimizer = optimizer;
        }

        String federation() {
            return "upgrade-" + name().toLowerCase(Locale.ROOT);
        }
    }

    static List<String> builds() throws IOException {
        try (var files = Files.list(ARCHIVES)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("builds")
    void aJobGoesOnFromTheSavepointOfAnOlderBuild(String archive, @TempDir Path work)
            throws Exception {
        unpack(ARCHIVES.resolve(archive), work);
        try (var cluster = TestCluster.start(work, 1, 4, 2);
                var otherBroker = EmbeddedBroker.start(work.resolve("fresh"))) {
            var fresh = new TestCluster(otherBroker, cluster.flink());
            for (var rule : Rule.values()) {
                createTopics(fresh, rule);
                try (var upgraded = federation(cluster, rule);
                        var undisturbed = federation(fresh, rule)) {
                    upgraded.startJob(savepoint(work, rule));
                    beginRoundThree(undisturbed);
                    assertThat(digests(upgraded)).containsExactlyElementsOf(digests(undisturbed));

                    assertThat(endRoundThree(upgraded)).isEqualTo(endRoundThree(undisturbed));
                    assertThat(upgraded.awaitPlan(4).silos())
                            .isEqualTo(undisturbed.awaitPlan(4).silos());
                    assertThat(upgraded.awaitPlan(4).training().peakLearningRate()).isEqualTo(0.05);
                    assertThat(upgraded.rejected()).isEmpty();
                }
            }
        }
    }

    @BeforeAll
    static void writeWhenAsked(@TempDir Path work) throws Exception {
        var name = System.getProperty(WRITE);
        if (name == null) {
            return;
        }
        try (var cluster = TestCluster.start(work, 1, 2, 2)) {
            for (var rule : Rule.values()) {
                createTopics(cluster, rule);
                try (var federation = federation(cluster, rule)) {
                    beginRoundThree(federation);
                    federation.awaitConsumed();
                    var folder = work.resolve("savepoints").resolve(rule.federation());
                    assertThat(federation.stopJobWithSavepoint(folder)).isNotEmpty();
                }
            }
        }
        Files.createDirectories(ARCHIVES);
        pack(work, ARCHIVES.resolve(name + ".zip"));
    }

    /** Two of three updates of round 3 have been accepted, and a setting has been changed. */
    private static void beginRoundThree(TestFederation federation) throws Exception {
        var version = federation.begin(TestLayouts.elevenChunks());
        for (int round = 1; round <= 2; round++) {
            version = federation.train(round, version, SILOS);
        }
        federation.upload(federation.awaitPlan(3), version, List.of("cedar", "ash"));
        var control =
                new ControlLog(
                        federation.connection(), federation.topics(), Duration.ofSeconds(60));
        assertThat(
                        control.give(
                                new ControlCommand(
                                        TestFederation.MODEL,
                                        ControlCommand.Kind.CHANGE_PLAN,
                                        "local.learning-rate",
                                        "0.05",
                                        "operator",
                                        "")))
                .isZero();
        federation.awaitAnswer(0);
    }

    /** The last update comes; returns the digest of version 3. */
    private static String endRoundThree(TestFederation federation) throws Exception {
        federation.join();
        var three = federation.train(3, federation.awaitVersion(2), List.of("birch"));
        assertThat(federation.parameters(three)).isNotNull();
        assertThat(three.cohort())
                .extracting(member -> member.silo())
                .containsExactlyElementsOf(SILOS);
        return three.digest();
    }

    private static List<String> digests(TestFederation federation) {
        return federation.manifests().stream().map(ModelVersion::digest).toList();
    }

    private static TestFederation federation(TestCluster cluster, Rule rule) {
        return TestFederation.existing(cluster, rule.federation(), SILOS)
                .with("round.rule", rule.rule)
                .with("round.server-optimizer", rule.optimizer)
                .with("round.late", "fold")
                .with("local.learning-rate", 0.1);
    }

    /** Kept for good: retention must not remove the log of an archive. */
    private static void createTopics(TestCluster cluster, Rule rule) {
        var forGood = Duration.ofDays(100_000);
        var catalogue =
                new TopicCatalogue(
                        new FederationTopics(rule.federation()),
                        new CatalogueSettings(1, 1, 1, 1, forGood, forGood));
        try (var admin = new TopicAdmin(cluster.broker().connection(), Duration.ofSeconds(60))) {
            assertThat(admin.create(catalogue.all(SILOS))).isNotEmpty();
        }
    }

    private static String savepoint(Path work, Rule rule) throws IOException {
        try (var files = Files.list(work.resolve("savepoints").resolve(rule.federation()))) {
            return files.findFirst().orElseThrow().toUri().toString();
        }
    }

    private static void pack(Path work, Path archive) throws IOException {
        try (var zip = new ZipOutputStream(Files.newOutputStream(archive))) {
            for (var part : List.of("kafka", "savepoints")) {
                try (var files = Files.walk(work.resolve(part))) {
                    files.filter(Files::isRegularFile)
                            .sorted()
                            .forEach(file -> add(zip, work, file));
                }
            }
        }
    }

    private static void add(ZipOutputStream zip, Path work, Path file) {
        try {
            zip.putNextEntry(new ZipEntry(work.relativize(file).toString()));
            Files.copy(file, zip);
            zip.closeEntry();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void unpack(Path archive, Path work) throws IOException {
        try (var zip = new ZipInputStream(Files.newInputStream(archive))) {
            for (var entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                var file = work.resolve(entry.getName());
                Files.createDirectories(file.getParent());
                Files.copy(zip, file);
            }
        }
    }
}
