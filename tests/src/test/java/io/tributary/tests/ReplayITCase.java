package io.tributary.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.tributary.kafka.client.VersionNotOnLogException;
import io.tributary.schemas.model.ModelVersion;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What was published can be derived again by an outsider who has the log and nothing else. */
@TestInstance(Lifecycle.PER_CLASS)
class ReplayITCase {

    private static final int ROUNDS = 3;
    private static final List<String> SILOS = List.of("ash", "birch", "cedar", "elder", "fir");
    private static final String SECRET = "a secret of thirty-two characters";

    @AutoClose private TestCluster cluster;

    @BeforeAll
    void start(@TempDir Path work) throws Exception {
        cluster = TestCluster.start(work, 1, 2, 2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "mean;nesterov(lr=0.7, momentum=0.9);bf16;1",
                "fednova;fedadam(lr=0.01, bias-correction=adam);f32;3",
                "trimmed-mean(f=1);sgd(lr=1);f16;3",
                "multi-krum(f=1);momentum(lr=1, momentum=0.9);f32;1",
                "nnm(f=1) | median;fedyogi(lr=0.01);f32;2",
                "centered-clipping(tau=0.5);momentum(lr=1, momentum=0.9);f32;3",
                "dp-mean(clip=1, noise=0.4, adaptive=true);sgd(lr=1);f32;1"
            })
    void everyVersionIsDerivedAgainToTheSameBits(
            String rule, String optimizer, String codec, int snapshotEvery) throws Exception {
        try (var federation = federation(rule, optimizer, codec, snapshotEvery)) {
            train(federation);

            for (int version = 1; version <= ROUNDS; version++) {
                var replayed = federation.replay(SECRET).replay(version);
                assertThat(replayed.rounds())
                        .as("replay of version %s", version)
                        .isNotEmpty()
                        .allSatisfy(
                                round -> {
                                    assertThat(round.differingChunks()).isEmpty();
                                    assertThat(round.digest()).isEqualTo(round.publishedDigest());
                                });
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {"fednova;extend", "krum(f=1);mean", "krum(f=1);nnm(f=1) | median"})
    void aRoundThatASiloHasMissedIsDerivedAgain(String rule, String fallback) throws Exception {
        var momentum = "momentum(lr=1, momentum=0.9)";
        try (var federation =
                federation(rule, momentum, "f32", 1)
                        .with("round.fallback", fallback)
                        .with("round.quorum", SILOS.size() - 1)
                        .with("round.grace", "300 ms")) {
            var version = train(federation, SILOS.subList(0, SILOS.size() - 1));
            assertThat(version.cohort()).hasSize(SILOS.size() - 1);

            var replayed = federation.replay(null).replay(ROUNDS);

            assertThat(replayed.start()).isEqualTo(ROUNDS - 1);
            assertThat(replayed.isSame()).isTrue();
        }
    }

    @Test
    void momentsThatWereNotPublishedAreDerivedFromTheNearestSnapshot() throws Exception {
        var momentum = "momentum(lr=1, momentum=0.9)";
        try (var federation = federation("mean", momentum, "f32", 2)) {
            train(federation);

            var replay = federation.replay(null);
            assertThat(replay.replay(2).start()).isZero();
            assertThat(replay.replay(2).rounds()).hasSize(2);
            assertThat(replay.replay(3).start()).isEqualTo(2);
        }
    }

    @Test
    void anotherRuleOrOptimizerIsComparedWithWhatWasPublished() throws Exception {
        try (var federation = federation("mean", "sgd(lr=1)", "f32", 1)) {
            var version = train(federation);
            var replay = federation.replay(null);

            var same = replay.compare(ROUNDS, "mean", null);
            assertThat(same.digest()).isEqualTo(version.digest());
            assertThat(same.norm()).isZero();
            assertThat(same.cosine()).isCloseTo(1, within(1e-12));

            var half = replay.compare(ROUNDS, null, "sgd(lr=0.5)");
            assertThat(half.relative()).isCloseTo(0.5, within(1e-5));
            assertThat(half.cosine()).isCloseTo(1, within(1e-9));

            var krum = replay.compare(ROUNDS, "krum(f=1)", null);
            assertThat(krum.digest()).isNotEqualTo(version.digest());
            assertThat(krum.norm()).isPositive();
            assertThat(krum.cosine()).isBetween(0.1, 0.9);
            assertThat(krum.coefficients().values()).containsOnlyOnce(1.0).contains(0.0);

            assertThatThrownBy(() -> replay.compare(ROUNDS, "krum(f=2)", null))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "'krum(f=2)' has no answer for round 3: krum needs n >= 2f+3, got n=5,"
                                    + " f=2");
            assertThatThrownBy(() -> replay.compare(ROUNDS, "foolsgold", null))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("kept in the job's state alone");
            assertThatThrownBy(() -> replay.compare(ROUNDS, "dp-mean(clip=1, noise=1)", null))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("secret");
            assertThatThrownBy(() -> replay.replay(0))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("given");
            assertThatThrownBy(() -> replay.replay(ROUNDS + 1))
                    .isInstanceOf(VersionNotOnLogException.class)
                    .hasMessageContaining(
                            "has no version 4 of model main; the newest before it is 3");
        }
    }

    private TestFederation federation(
            String rule, String optimizer, String codec, int snapshotEvery) {
        return TestFederation.create(cluster, SILOS)
                .with("round.rule", rule)
                .with("round.server-optimizer", optimizer)
                .with("round.codec", codec)
                .with("round.snapshot-every", snapshotEvery)
                .with("privacy.noise-secret", SECRET)
                .with("federation.rounds", ROUNDS);
    }

    /** Makes all versions; returns the last one. */
    private static ModelVersion train(TestFederation federation) throws Exception {
        return train(federation, SILOS);
    }

    /** Makes all versions of the updates of these silos. */
    private static ModelVersion train(TestFederation federation, List<String> uploading)
            throws Exception {
        var version = federation.begin(TestLayouts.elevenChunks());
        for (int round = 1; round <= ROUNDS; round++) {
            version = federation.train(round, version, uploading);
        }
        return version;
    }
}
