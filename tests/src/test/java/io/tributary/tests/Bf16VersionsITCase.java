package io.tributary.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.aggregation.LocalCluster;
import io.tributary.kafka.client.ModelReplica;
import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.control.ControlCommand.Kind;
import io.tributary.schemas.model.ModelVersion;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Versions in half the bytes keep the promises of those in full. */
@TestInstance(Lifecycle.PER_CLASS)
class Bf16VersionsITCase {

    private static final int ROUNDS = 3;
    private static final List<String> SILOS = List.of("ash", "birch", "cedar");

    @AutoClose private TestCluster one;
    @AutoClose private LocalCluster two;

    @BeforeAll
    void start(@TempDir Path work) throws Exception {
        one = TestCluster.start(work.resolve("one"), 1, 1, 1);
        two = LocalCluster.start(work.resolve("two"), 1, 2, 2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "mean;sgd(lr=0.3)",
                "centered-clipping(tau=0.5);fedadam(lr=0.1, bias-correction=adam)"
            })
    void theBitsAreTheSameAtAnyParallelismAndAfterAStartWithoutState(String rule, String optimizer)
            throws Exception {
        var expected = run(one, rule, optimizer, false);
        assertThat(run(new TestCluster(one.broker(), two), rule, optimizer, false))
                .isEqualTo(expected);
        assertThat(run(one, rule, optimizer, true)).isEqualTo(expected);
    }

    /** Makes all versions, derives them again from the log, and returns the digest of the last. */
    private String run(TestCluster cluster, String rule, String optimizer, boolean withoutState)
            throws Exception {
        try (var federation =
                federation(cluster)
                        .with("round.rule", rule)
                        .with("round.server-optimizer", optimizer)
                        .with("round.version-codec", "bf16")) {
            var version = federation.begin(TestLayouts.elevenChunks());
            for (int round = 1; round <= ROUNDS; round++) {
                if (round > 1 && withoutState) {
                    federation.awaitPlan(round);
                    assertThat(federation.stopJob()).isNotEmpty(); // and not used
                    federation.startJob();
                    federation.join();
                }
                var order = new ArrayList<>(SILOS);
                Collections.shuffle(order, new Random(round + (withoutState ? 100 : 0)));
                version = federation.train(round, version, order);
                assertThat(version.codec()).isEqualTo(Codec.BF16);
                assertThat(bytes(federation, version)).isEqualTo(2 * version.layout().elements());
            }
            for (int made = 1; made <= ROUNDS; made++) {
                var replayed = federation.replay(null).replay(made);
                assertThat(replayed.isSame()).isTrue();
                assertThat(replayed.start()).isEqualTo(made - 1);
            }
            return version.digest();
        }
    }

    /** The codec belongs to the version: a job goes on from one to the other, and back. */
    @Test
    void theCodecMayChangeBetweenRunsAndComesBackWithItsVersion() throws Exception {
        try (var federation =
                federation(one)
                        .with("round.server-optimizer", "momentum(lr=1, momentum=0.9)")
                        .with("round.snapshot-every", 2)) {
            var genesis = federation.begin(TestLayouts.elevenChunks());
            var exact = federation.train(1, genesis, SILOS);
            federation.awaitPlan(2);
            federation.with("round.version-codec", "bf16").startJob(federation.stopJob());
            var second = federation.train(2, exact, SILOS);
            var third = federation.train(3, second, SILOS);

            assertThat(List.of(exact, second, third))
                    .extracting(ModelVersion::codec)
                    .containsExactly(Codec.F32, Codec.BF16, Codec.BF16);
            assertThat(second.snapshotVersion()).isEqualTo(2);
            assertThat(second.momentParts()).isEqualTo(2); // momentum and master
            var replayed = federation.replay(null).replay(3);
            assertThat(replayed.start()).isEqualTo(2);
            assertThat(replayed.isSame()).isTrue();
            assertThat(federation.replay(null).replay(2).isSame()).isTrue();
            var compared = federation.replay(null).compare(3, "mean", null);
            assertThat(compared.digest()).isEqualTo(third.digest());
            assertThat(compared.norm()).isZero();

            var plan = federation.awaitPlan(4);
            federation.with("round.version-codec", "f32").startJob(federation.stopJob());
            assertThat(federation.command(Kind.ROLL_BACK, 2).applied()).isTrue();
            var back = federation.awaitVersion(plan.round());
            assertThat(back.digest()).isEqualTo(second.digest());
            assertThat(back.codec()).isEqualTo(Codec.BF16);
            assertThat(back.momentParts()).isEqualTo(2);

            // From the master: had it begun with the published values, it would not replay.
            var next = federation.train(5, back, SILOS);
            assertThat(next.codec()).isEqualTo(Codec.F32);
            var again = federation.replay(null).replay(5);
            assertThat(again.start()).isEqualTo(4);
            assertThat(again.isSame()).isTrue();
        }
    }

    private static TestFederation federation(TestCluster cluster) {
        return TestFederation.create(cluster, SILOS);
    }

    /** What a silo takes of a version. */
    private static long bytes(TestFederation federation, ModelVersion version) throws Exception {
        try (var replica =
                ModelReplica.open(
                        federation.connection(), federation.topics(), TestFederation.MODEL)) {
            return replica.download(version, Duration.ofSeconds(60)).bytes();
        }
    }
}
