package io.tributary.tests.bench.pipeline;

import io.tributary.aggregation.JobSettings;
import io.tributary.kafka.topics.FederationTopics;
import io.tributary.operators.optimizer.ServerOptimizer;
import io.tributary.operators.rule.AggregationRule;
import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.model.Block;
import io.tributary.schemas.model.ModelLayout;
import io.tributary.schemas.model.Slot;
import io.tributary.schemas.model.TensorSpec;
import io.tributary.tests.process.FlinkProcesses;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.flink.configuration.Configuration;

/**
 * What is measured.
 *
 * @param parameters values of the model
 * @param silos silos, all of them in every round
 * @param codec of the updates
 * @param rule aggregation rule
 * @param optimizer server optimizer
 * @param publication codec of the versions
 * @param parallelism of the job
 * @param state where the job keeps its state
 * @param checkpointInterval how often output becomes visible
 * @param seed root of everything random
 */
record PipelineCase(
        long parameters,
        int silos,
        Codec codec,
        String rule,
        String optimizer,
        Codec publication,
        int parallelism,
        FlinkProcesses.State state,
        Duration checkpointInterval,
        long seed) {

    static final FederationTopics TOPICS = new FederationTopics("bench");
    static final String MODEL = "main";
    static final int LOCAL_STEPS = 4;

    /** More rounds than are measured of a case: the moments are not part of what a round writes. */
    static final int SNAPSHOT_EVERY = 100;

    /** A block of a model of some billion parameters is of this order. */
    private static final long BLOCK_ELEMENTS = 10_000_000;

    private static final long MEBI = 1 << 20;

    /** What Flink, Kafka's clients and the JVM itself take of a heap, whatever the model. */
    private static final long FIXED_BYTES = 192 * MEBI;

    /** Room for the garbage of a heap's live bytes. */
    private static final double ROOM = 1.4;

    /** What folding rules have to run in, in multiples of the model in float32. */
    static final double FOLDING_HEAP = 6;

    /** The most of it that may be alive, likewise. */
    private static final double FOLDING_LIVE = 4.5;

    PipelineCase of(long newParameters, int newSilos) {
        return new PipelineCase(
                newParameters,
                newSilos,
                codec,
                rule,
                optimizer,
                publication,
                parallelism,
                state,
                checkpointInterval,
                seed);
    }

    PipelineCase withRule(String newRule) {
        return new PipelineCase(
                parameters,
                silos,
                codec,
                newRule,
                optimizer,
                publication,
                parallelism,
                state,
                checkpointInterval,
                seed);
    }

    PipelineCase withCodec(Codec newCodec) {
        return new PipelineCase(
                parameters,
                silos,
                newCodec,
                rule,
                optimizer,
                publication,
                parallelism,
                state,
                checkpointInterval,
                seed);
    }

    ModelLayout layout() {
        var blocks = new ArrayList<Block>();
        for (long first = 0; first < parameters; first += BLOCK_ELEMENTS) {
            int elements = (int) Math.min(BLOCK_ELEMENTS, parameters - first);
            var name = "block-" + blocks.size();
            blocks.add(
                    new Block(
                            name,
                            Slot.WEIGHTS,
                            List.of(new TensorSpec(name + ".weight", List.of(elements)))));
        }
        return new ModelLayout(blocks, ModelLayout.MAX_CHUNK_ELEMENTS).validated();
    }

    List<String> siloIds() {
        return IntStream.rangeClosed(1, silos).mapToObj("silo-%03d"::formatted).toList();
    }

    /** Bytes of the model in float32. */
    long modelBytes() {
        return parameters * Float.BYTES;
    }

    /** Bytes of the updates of a round, as they are encoded. */
    long updateBytes() {
        return parameters * codec.encodedBytes(1) * silos;
    }

    /** Bytes of a version, as it is published. */
    long versionBytes() {
        return parameters * publication.encodedBytes(1);
    }

    boolean isFolding() {
        return AggregationRule.parse(rule).folding().isPresent();
    }

    /** Heap that all task managers have together unless somebody says otherwise. */
    long heapBytes() {
        if (isFolding()) {
            // Of a small model, what does not depend on it would leave no room for garbage.
            long small = (long) (FOLDING_LIVE * modelBytes()) + 5 * FIXED_BYTES / 2;
            return Math.max((long) (FOLDING_HEAP * modelBytes()), small);
        }
        int moments = ServerOptimizer.parse(optimizer).moments();
        long live = updateBytes() + (1 + moments) * modelBytes();
        return (long) (ROOM * live) + 2 * FIXED_BYTES;
    }

    JobSettings settings(String bootstrapServers, int rounds) {
        return JobSettings.from(
                Configuration.fromMap(
                        Map.ofEntries(
                                Map.entry("kafka.bootstrap-servers", bootstrapServers),
                                Map.entry("federation.name", TOPICS.federation()),
                                Map.entry("federation.rounds", String.valueOf(rounds)),
                                Map.entry("federation.seed", String.valueOf(seed)),
                                Map.entry("round.rule", rule),
                                Map.entry("round.server-optimizer", optimizer),
                                Map.entry("round.codec", codec.lowerCaseName()),
                                Map.entry("round.version-codec", publication.lowerCaseName()),
                                Map.entry("round.snapshot-every", String.valueOf(SNAPSHOT_EVERY)),
                                Map.entry("round.min-silos", String.valueOf(silos)),
                                Map.entry("round.local-steps", String.valueOf(LOCAL_STEPS)),
                                Map.entry("round.silence", "1 h"),
                                Map.entry("round.deadline", "1 h"),
                                Map.entry("round.upload-timeout", "30 min"),
                                Map.entry("round.publish-timeout", "10 min"),
                                Map.entry("local.solver", "sgd"),
                                Map.entry(
                                        "job.checkpoint-interval",
                                        checkpointInterval.toMillis() + " ms"))));
    }
}
