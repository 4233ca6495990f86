package io.tributary.tests.bench.pipeline;

import io.tributary.schemas.codec.Codec;
import io.tributary.tests.bench.peers.Contender;
import io.tributary.tests.bench.peers.ContenderFailedException;
import io.tributary.tests.bench.peers.RoundCost;
import io.tributary.tests.bench.peers.RoundShape;
import io.tributary.tests.bench.peers.Standing;
import io.tributary.tests.process.FlinkProcesses;
import io.tributary.tests.process.StalledException;
import io.tributary.tests.process.WorkFolder;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The same rounds through broker, job and log, with the waiting for checkpoints and a reader's
 * download.
 */
public final class Tributary implements Contender {

    /** As in the demo: what is written can be read once a second. */
    private static final Duration CHECKPOINT_INTERVAL = Duration.ofSeconds(1);

    @Override
    public String name() {
        return "tributary";
    }

    @Override
    public Optional<Standing.Absent> absence(RoundShape shape) {
        return Optional.empty();
    }

    @Override
    public Standing.Measured measure(RoundShape shape, Consumer<String> progress)
            throws IOException, ContenderFailedException {
        var pipeline =
                new PipelineCase(
                        shape.parameters(),
                        shape.silos(),
                        Codec.F32,
                        "mean",
                        "sgd(lr=1)",
                        Codec.F32,
                        2,
                        FlinkProcesses.State.HASHMAP,
                        CHECKPOINT_INTERVAL,
                        shape.seed());
        try (var folder = WorkFolder.open("bench", null)) {
            var machines = new BenchMachines(pipeline, 1, pipeline.heapBytes(), null, folder);
            var rounds = new ArrayList<RoundCost>();
            double deviation = 0;
            progress.accept("starting");
            var delivered = machines.deliver(shape.rounds(), progress);
            for (var delivery : delivered.rounds()) {
                rounds.add(
                        new RoundCost(
                                delivery.seconds(),
                                delivery.madeSeconds(),
                                shape.updateBytes(),
                                delivery.cpuSeconds(),
                                delivered.peakRssBytes()));
                deviation = Math.max(deviation, delivery.deviation());
            }
            return new Standing.Measured("as built here", rounds, deviation);
        } catch (StalledException e) {
            throw new ContenderFailedException("tributary: " + e.getMessage());
        }
    }
}
