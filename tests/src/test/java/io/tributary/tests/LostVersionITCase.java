package io.tributary.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.aggregation.AggregationTopology;
import io.tributary.aggregation.JobSettings;
import io.tributary.aggregation.LocalCluster;
import io.tributary.kafka.client.CompleteVersions;
import io.tributary.kafka.embedded.EmbeddedBroker;
import io.tributary.kafka.flink.JobSinks;
import io.tributary.kafka.flink.JobSources;
import io.tributary.kafka.flink.StartingPoint;
import io.tributary.operators.flink.Bootstrap;
import io.tributary.schemas.model.ModelChunk;
import io.tributary.schemas.model.ModelVersion;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.FilterFunction;
import org.apache.flink.streaming.api.datastream.DataStream;
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
    private static void defineWithLoss(StreamExecutionEnvironment flink, JobSettings settings) {
        var topics = settings.topics();
        var start =
                new CompleteVersions(settings.connection(), topics, Duration.ofSeconds(30))
                        .newest(settings.plan().model())
                        .orElseThrow();
        flink.enableCheckpointing(settings.checkpointInterval().toMillis());
        flink.setMaxParallelism(360);
        var sources =
                new JobSources(
                        settings.connection(),
                        topics,
                        topics.federation() + ".aggregation",
                        settings.discoveryInterval());
        var sinks =
                new JobSinks(
                        settings.connection(),
                        topics,
                        topics.federation() + ".aggregation.",
                        settings.transactionTimeout());
        var earliest = StartingPoint.earliest();
        var none = WatermarkStrategy.<ModelChunk>noWatermarks();
        DataStream<ModelChunk> chunks =
                flink.fromSource(sources.models(earliest), none, "models")
                        .union(flink.fromSource(sources.genesis(earliest), none, "genesis"));
        new AggregationTopology(
                        settings.plan(),
                        new Bootstrap(start.version(), start.moments(), null),
                        1_000)
                .define(
                        flink.fromSource(
                                sources.updates(earliest),
                                WatermarkStrategy.noWatermarks(),
                                "updates"),
                        flink.fromSource(
                                sources.versions(earliest),
                                WatermarkStrategy.noWatermarks(),
                                "versions"),
                        chunks,
                        new AggregationTopology.Sinks(
                                made -> made.filter(new LoseOnce()).sinkTo(sinks.models()),
                                made -> made.sinkTo(sinks.versions()).setParallelism(1),
                                made -> made.sinkTo(sinks.rounds()).setParallelism(1),
                                made -> made.sinkTo(sinks.rejected()).setParallelism(1)));
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
