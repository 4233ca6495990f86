package io.tributary.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.aggregation.AggregationJob;
import io.tributary.aggregation.AggregationTopology;
import io.tributary.aggregation.JobSettings;
import io.tributary.aggregation.LocalCluster;
import io.tributary.aggregation.NoVersionException;
import io.tributary.kafka.embedded.EmbeddedBroker;
import io.tributary.schemas.model.ModelChunk;
import io.tributary.schemas.model.ModelVersion;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.flink.api.common.functions.FilterFunction;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.AfterAll;
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

    private EmbeddedBroker broker;
    private LocalCluster cluster;

    @BeforeAll
    void start(@TempDir Path work) throws Exception {
        broker = EmbeddedBroker.start(work.resolve("kafka"));
        cluster = LocalCluster.start(work.resolve("flink"), 1, 2, 2);
    }

    @AfterAll
    void stop() throws Exception {
        cluster.close();
        broker.close();
    }

    @Test
    void aVersionWhoseChunksWereLostIsPublishedAgainAndOnlyThenTheNextRoundBegins()
            throws Exception {
        try (var federation =
                TestFederation.create(broker, cluster, SILOS.toArray(String[]::new))
                        .with("round.publish-timeout", "1 s")
                        .with("federation.rounds", 2)) {
            var layout = TestLayouts.elevenChunks();
            var version = federation.genesis(layout, new float[(int) layout.elements()]);
            federation.startJob(LostVersionITCase::defineWithLoss);
            SILOS.forEach(silo -> federation.silo(silo).join());

            for (int round = 1; round <= 2; round++) {
                var plan = federation.awaitPlan(round);
                var global = federation.parameters(version);
                SILOS.forEach(silo -> federation.silo(silo).uploadDrawnUpdate(plan, global));
                version = federation.awaitVersion(round);
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

    /** The job as it is, but for a sink that loses chunk 3 of version 1 the first time. */
    private static void defineWithLoss(StreamExecutionEnvironment flink, JobSettings settings)
            throws NoVersionException {
        AggregationJob.define(
                flink,
                settings,
                sinks ->
                        new AggregationTopology.Sinks(
                                made -> sinks.models().accept(made.filter(new LoseOnce())),
                                sinks.versions(),
                                sinks.rounds(),
                                sinks.rejected()));
    }

    private static final class LoseOnce implements FilterFunction<ModelChunk> {

        private static final long serialVersionUID = 1;

        private transient Set<Integer> lost;

        @Override
        public boolean filter(ModelChunk chunk) {
            if (lost == null) {
                lost = new HashSet<>();
            }
            boolean target = chunk.version() == 1 && chunk.chunk() == 3;
            return !(target && lost.add(chunk.chunk()));
        }
    }
}
