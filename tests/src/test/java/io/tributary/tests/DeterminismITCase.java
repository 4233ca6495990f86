package io.tributary.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.aggregation.LocalCluster;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The same cohort gives the same bits: at parallelism 1 and 2, in whatever order updates come. */
@TestInstance(Lifecycle.PER_CLASS)
class DeterminismITCase {

    private static final int ROUNDS = 2;
    private static final List<String> SILOS = List.of("ash", "birch", "cedar", "elder", "fir");

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
                "mean;nesterov(lr=0.7, momentum=0.9);bf16",
                "fednova;sgd(lr=1);f32",
                "median;sgd(lr=1);f32",
                "trimmed-mean(f=1);nesterov(lr=0.7, momentum=0.9);f16",
                "multi-krum(f=1);fedadam(lr=0.01);bf16",
                "fednova | nnm(f=1) | trimmed-mean(f=1);fedyogi(lr=0.01);f32",
                "centered-clipping(tau=0.5);momentum(lr=1, momentum=0.9);f32",
                "foolsgold;fedadagrad(lr=0.01);f16",
                "dp-mean(clip=1, noise=0.4, adaptive=true);sgd(lr=1);f32"
            })
    void parallelismAndArrivalOrderDoNotMatter(String rule, String optimizer, String codec)
            throws Exception {
        var expected = run(one, rule, optimizer, codec, 1);
        assertThat(run(one, rule, optimizer, codec, 2)).isEqualTo(expected);
        assertThat(run(new TestCluster(one.broker(), two), rule, optimizer, codec, 3))
                .isEqualTo(expected);
    }

    private String run(
            TestCluster cluster, String rule, String optimizer, String codec, int shuffle)
            throws Exception {
        try (var federation =
                TestFederation.create(cluster, SILOS)
                        .with("round.rule", rule)
                        .with("round.server-optimizer", optimizer)
                        .with("round.codec", codec)
                        .with("privacy.noise-secret", "a secret of thirty-two characters")
                        .with("federation.rounds", ROUNDS)) {
            var version = federation.begin(TestLayouts.elevenChunks());
            for (int round = 1; round <= ROUNDS; round++) {
                var order = new ArrayList<>(SILOS);
                Collections.shuffle(order, new Random(100L * round + shuffle));
                version = federation.train(round, version, order);
            }
            assertThat(federation.rejected()).isEmpty();
            return version.digest();
        }
    }
}
