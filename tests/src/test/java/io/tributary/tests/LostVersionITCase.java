package io.tributary.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.aggregation.AggregationJob;
import io.tributary.aggregation.AggregationTopology;
import io.tributary.aggregation.JobSettings;
import io.tributary.aggregation.NoVersionException;
import io.tributary.schemas.model.ModelChunk;
import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.round.RoundEntry;
import io.tributary.schemas.round.RoundStatus;
import java.nio.file.Path;
import java.util.List;
import org.apache.flink.api.common.functions.FilterFunction;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/**
 * Output that the sink believes written and that is not on the log: what a transaction leaves that
 * the broker aborted during a long outage. The job notices, because it reads back what it
 * published, and publishes again.
 */
@TestInstance(Lifecycle.PER_CLASS)
class LostVersionITCase {

    private static final List<String> SILOS = List.of("ash", "birch");

    @AutoClose private TestCluster cluster;

    @BeforeAll
    void start(@TempDir Path work) throws Exception {
        cluster = TestCluster.start(work, 1, 2, 2);
    }

    @Test
    void aVersionWhoseChunksWereLostIsPublishedAgainAndOnlyThenTheNextRoundBegins()
            throws Exception {
        try (var federation =
                TestFederation.create(cluster, SILOS)
                        .with("round.publish-timeout", "1 s")
                        .with("federation.rounds", 2)) {
            var version = federation.genesis(TestLayouts.elevenChunks());
            federation.startJob(LostVersionITCase::defineWithLossOfAChunk);
            federation.join();

            for (int round = 1; round <= 2; round++) {
                version = federation.train(round, version, SILOS);
            }

            // Read whole although the first writing of one of its chunks was lost.
            assertThat(federation.parameters(version)).isNotNull();
            var manifests = federation.manifests();
            var firsts = manifests.stream().filter(m -> m.version() == 1).toList();
            assertThat(firsts).hasSizeGreaterThan(1);
            assertThat(firsts)
                    .extracting(ModelVersion::digest)
                    .containsOnly(firsts.get(0).digest());
        }
    }

    /** Without its weights no chunk of the version can be made. */
    @Test
    void weightsThatWereLostArePublishedAgainAndTheVersionIsMade() throws Exception {
        try (var federation =
                TestFederation.create(cluster, SILOS)
                        .with("round.rule", "geometric-median")
                        .with("round.publish-timeout", "1 s")
                        .with("federation.rounds", 1)) {
            var genesis = federation.genesis(TestLayouts.elevenChunks());
            federation.startJob(LostVersionITCase::defineWithLossOfWeights);
            federation.join();
            var made = federation.train(1, genesis, SILOS);

            assertThat(federation.parameters(made)).isNotNull();
            assertThat(federation.weights()).isNotEmpty();
            // The weights that were lost were the first; what came later was told again.
            assertThat(federation.outcomes())
                    .filteredOn(outcome -> outcome.status() == RoundStatus.CLOSED)
                    .hasSizeGreaterThan(1);
        }
    }

    /** The job as it is, but for a sink that loses chunk 3 of version 1 the first time. */
    private static void defineWithLossOfAChunk(
            StreamExecutionEnvironment flink, JobSettings settings) throws NoVersionException {
        AggregationJob.define(
                flink,
                settings,
                sinks ->
                        new AggregationTopology.Sinks(
                                made -> sinks.models().accept(made.filter(new LoseChunk())),
                                sinks.versions(),
                                sinks.rounds(),
                                sinks.rejected()));
    }

    /** The job as it is, but for a sink that loses the first weights. */
    private static void defineWithLossOfWeights(
            StreamExecutionEnvironment flink, JobSettings settings) throws NoVersionException {
        AggregationJob.define(
                flink,
                settings,
                sinks ->
                        new AggregationTopology.Sinks(
                                sinks.models(),
                                sinks.versions(),
                                entries -> sinks.rounds().accept(entries.filter(new LoseWeights())),
                                sinks.rejected()));
    }

    /** Lets everything through but the first record that it is to lose. */
    private abstract static class LoseOnce<T> implements FilterFunction<T> {

        private static final long serialVersionUID = 1;

        private transient boolean lost;

        abstract boolean isToBeLost(T record);

        @Override
        public boolean filter(T record) {
            boolean lose = !lost && isToBeLost(record);
            lost |= lose;
            return !lose;
        }
    }

    private static final class LoseChunk extends LoseOnce<ModelChunk> {

        private static final long serialVersionUID = 1;

        @Override
        boolean isToBeLost(ModelChunk chunk) {
            return chunk.version() == 1 && chunk.chunk() == 3;
        }
    }

    private static final class LoseWeights extends LoseOnce<RoundEntry> {

        private static final long serialVersionUID = 1;

        @Override
        boolean isToBeLost(RoundEntry entry) {
            return entry.weights() != null;
        }
    }
}
