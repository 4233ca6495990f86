package io.tributary.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tributary.aggregation.check.CheckFailedException;
import io.tributary.schemas.model.Block;
import io.tributary.schemas.model.CohortMember;
import io.tributary.schemas.model.ModelLayout;
import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.model.Slot;
import io.tributary.schemas.model.TensorSpec;
import io.tributary.schemas.round.RoundOutcome;
import io.tributary.schemas.round.RoundStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Two levels make the versions that one level makes of the same deltas, bit for bit. */
@TestInstance(Lifecycle.PER_CLASS)
class RelayITCase {

    private static final int ROUNDS = 3;

    /** Silo and size of its text. */
    private static final Map<String, Long> SILOS =
            new TreeMap<>(
                    Map.of(
                            "ash", 700L, "birch", 1_300L, "cedar", 90L, "elder", 5_001L, "fir",
                            333L));

    /** As many as do not fit one record as float64, and a chunk that does. */
    private static final ModelLayout LARGE =
            new ModelLayout(
                    List.of(
                            new Block(
                                    "all",
                                    Slot.WEIGHTS,
                                    List.of(new TensorSpec("w", List.of(200_003))))),
                    150_000);

    /** What one level makes of what the relays that are started again have to make. */
    private final List<String> undisturbed = new ArrayList<>();

    @AutoClose private TestCluster cluster;

    @BeforeAll
    void start(@TempDir Path work) throws Exception {
        cluster = TestCluster.start(work, 1, 6, 2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "mean;nesterov(lr=0.7, momentum=0.9);bf16;declared-tokens",
                "fednova;sgd(lr=1);f32;declared-tokens",
                "fednova;fedadam(lr=0.01);f16;uniform"
            })
    void twoLevelsAreOneLevelBitForBit(String rule, String optimizer, String codec, String weights)
            throws Exception {
        var options =
                Map.of(
                        "round.rule",
                        rule,
                        "round.server-optimizer",
                        optimizer,
                        "round.codec",
                        codec,
                        "round.weights",
                        weights);
        var layout = TestLayouts.elevenChunks();
        var oneLevel = oneLevel(options, layout);
        var twoLevels = twoLevels(options, layout);
        assertThat(twoLevels).extracting(ModelVersion::digest).isEqualTo(digests(oneLevel));
        for (int round = 1; round <= ROUNDS; round++) {
            var flat = oneLevel.get(round - 1).cohort();
            var relayed = twoLevels.get(round - 1).cohort();
            assertThat(relayed)
                    .extracting(CohortMember::relay)
                    .containsExactly("north", "north", "south", "south", "");
            assertThat(relayed)
                    .usingRecursiveFieldByFieldElementComparatorIgnoringFields("relay")
                    .isEqualTo(flat);
        }
    }

    @Test
    void chunksThatTravelInPartsComeTogether() throws Exception {
        var options = Map.of("round.rule", "mean", "round.codec", "f32");
        assertThat(twoLevels(options, LARGE))
                .extracting(ModelVersion::digest)
                .isEqualTo(digests(oneLevel(options, LARGE)));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aRelayThatIsStartedAgainInMidRoundSendsTheSameSum(boolean fromCheckpoint)
            throws Exception {
        var options =
                Map.of(
                        "round.rule",
                        "fednova",
                        "round.server-optimizer",
                        "momentum(lr=1, momentum=0.9)");
        var layout = TestLayouts.elevenChunks();
        if (undisturbed.isEmpty()) {
            undisturbed.addAll(digests(oneLevel(options, layout)));
        }
        var made = twoLevels(options, layout, north -> startAgain(north, fromCheckpoint));
        assertThat(made).extracting(ModelVersion::digest).isEqualTo(undisturbed);
    }

    @Test
    void withoutItsTopicInTheParentARelayIsNotStarted() throws Exception {
        try (var parent = TestFederation.create(cluster, List.of("fir"));
                var north = parent.region("north", List.of("ash", "birch"))) {
            assertThatThrownBy(north::startJob)
                    .isInstanceOf(CheckFailedException.class)
                    .hasMessageContaining(".updates.north does not exist")
                    .hasMessageContaining("tributary topics create --silo north --federation");
        }
    }

    /** A parent that lost its state plans a round anew that the log says has closed. */
    @Test
    void aRelayBeginsWithTheLastOfItsParentsPlans() throws Exception {
        try (var parent = TestFederation.create(cluster, List.of("north"));
                var north = parent.region("north", List.of("ash", "birch"))) {
            parent.with("round.weights", "declared-tokens");
            north.with("round.weights", "declared-tokens");
            var layout = TestLayouts.elevenChunks();
            var genesis = parent.genesis(layout);
            parent.startJob();
            parent.silo("north").join(SILOS.get("ash") + SILOS.get("birch"));
            var plan = parent.awaitPlan(1);
            assertThat(parent.stopJob()).isNotEmpty();
            long closed =
                    parent.tell(
                            new RoundOutcome(
                                    plan.model(),
                                    plan.round(),
                                    RoundStatus.CLOSED,
                                    "a job that is gone",
                                    plan.rule(),
                                    List.of(),
                                    0,
                                    0));
            await().until(() -> System.currentTimeMillis() > closed);
            assertThat(parent.tell(plan)).isGreaterThan(closed);

            north.startJob();
            join(north, "ash", "birch");

            north.upload(north.awaitPlan(1), genesis, List.of("ash", "birch"));
            await().atMost(Duration.ofSeconds(60)).until(() -> !north.outcomes().isEmpty());
            assertThat(north.outcomes())
                    .extracting(RoundOutcome::status)
                    .containsExactly(RoundStatus.CLOSED);
        }
    }

    private static void startAgain(TestFederation region, boolean fromCheckpoint) {
        try {
            region.awaitConsumed();
            var checkpoint = region.stopJob();
            region.startJob(fromCheckpoint ? checkpoint : null);
            join(region, "ash", "birch"); // a silo shows that it lives every few seconds
        } catch (Exception e) {
            throw new IllegalStateException("the relay did not start again", e);
        }
    }

    private static List<String> digests(List<ModelVersion> versions) {
        return versions.stream().map(ModelVersion::digest).toList();
    }

    private List<ModelVersion> oneLevel(Map<String, String> options, ModelLayout layout)
            throws Exception {
        try (var federation = TestFederation.create(cluster, SILOS.keySet())) {
            options.forEach(federation::with);
            var newest = federation.genesis(layout);
            federation.startJob();
            SILOS.forEach((silo, tokens) -> federation.silo(silo).join(tokens));
            var versions = new ArrayList<ModelVersion>();
            for (int round = 1; round <= ROUNDS; round++) {
                newest = federation.train(round, newest, SILOS.keySet());
                versions.add(newest);
            }
            assertThat(federation.rejected()).isEmpty();
            return versions;
        }
    }

    private List<ModelVersion> twoLevels(Map<String, String> options, ModelLayout layout)
            throws Exception {
        return twoLevels(options, layout, north -> {});
    }

    /**
     * @param midRound done to the relay of the north when one of two updates is there, each round
     */
    private List<ModelVersion> twoLevels(
            Map<String, String> options, ModelLayout layout, Consumer<TestFederation> midRound)
            throws Exception {
        try (var parent = TestFederation.create(cluster, List.of("north", "south", "fir"));
                var north = parent.region("north", List.of("ash", "birch"));
                var south = parent.region("south", List.of("cedar", "elder"))) {
            for (var federation : List.of(parent, north, south)) {
                options.forEach(federation::with);
            }
            var newest = parent.genesis(layout);
            parent.startJob();
            north.startJob();
            south.startJob();
            join(north, "ash", "birch");
            join(south, "cedar", "elder");
            join(parent, "fir");
            var versions = new ArrayList<ModelVersion>();
            for (int round = 1; round <= ROUNDS; round++) {
                south.upload(south.awaitPlan(round), newest, List.of("elder", "cedar"));
                parent.upload(parent.awaitPlan(round), newest, List.of("fir"));
                north.upload(north.awaitPlan(round), newest, List.of("ash"));
                midRound.accept(north);
                north.upload(north.awaitPlan(round), newest, List.of("birch"));
                newest = parent.awaitVersion(round);
                versions.add(newest);
            }
            for (var federation : List.of(parent, north, south)) {
                assertThat(federation.rejected()).isEmpty();
                assertThat(federation.outcomes())
                        .extracting(RoundOutcome::status)
                        .containsOnly(RoundStatus.CLOSED);
            }
            return versions;
        }
    }

    private static void join(TestFederation federation, String... silos) {
        for (var silo : silos) {
            federation.silo(silo).join(SILOS.get(silo));
        }
    }
}
