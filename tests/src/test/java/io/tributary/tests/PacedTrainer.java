package io.tributary.tests;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.model.ParameterBuffer;
import io.tributary.silo.DatasetSize;
import io.tributary.silo.Evaluation;
import io.tributary.silo.LocalResult;
import io.tributary.silo.LocalTask;
import io.tributary.silo.LocalTrainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;

/**
 * A silo that costs nothing and can be looked at: it takes its time for each step, moves the model
 * in a direction that is its own and one that all share, and says it gets better with every
 * version.
 *
 * @param seed of what is its own
 * @param millisPerStep how long to look at each step
 * @param floor perplexity that it comes close to
 * @param begin until then it waits
 */
record PacedTrainer(long seed, long millisPerStep, double floor, CountDownLatch begin)
        implements LocalTrainer {

    private static final int TOKENS_PER_STEP = 512;
    private static final long TOKENS = 20_000;

    @Override
    public DatasetSize datasetSize() {
        return new DatasetSize(350_000 + 1000 * seed, 900);
    }

    @Override
    public LocalResult train(LocalTask task, StepListener progress) throws InterruptedException {
        begin.await();
        int steps = task.assignment().localSteps();
        for (int step = 1; step <= steps; step++) {
            boolean never = new CountDownLatch(1).await(millisPerStep, MILLISECONDS);
            if (never) {
                throw new IllegalStateException("nobody counts this down");
            }
            progress.onStep(step, 3, TOKENS_PER_STEP * 1000.0 / millisPerStep);
        }
        int round = task.plan().round();
        return new LocalResult(
                moved(task.global(), round),
                (long) steps * TOKENS_PER_STEP,
                steps,
                steps,
                steps * task.plan().training().peakLearningRate(),
                loss(round));
    }

    private ParameterBuffer moved(ParameterBuffer global, int round) {
        var shared = new SplittableRandom(round);
        var own = new SplittableRandom(31L * round + seed);
        double size = 0.02 / Math.sqrt(round) * (1 + 0.15 * seed);
        var trained = ParameterBuffer.allocate(global.layout());
        for (int chunk = 0; chunk < global.layout().chunkCount(); chunk++) {
            var from = global.chunk(chunk);
            var to = trained.chunk(chunk);
            for (int j = 0; j < from.limit(); j++) {
                double step = shared.nextDouble(-1, 1) + own.nextDouble(-1, 1);
                to.put(j, (float) (from.get(j) + size * step));
            }
        }
        return trained;
    }

    @Override
    public Evaluation evaluate(ModelVersion version, ParameterBuffer parameters) {
        return new Evaluation(TOKENS * loss(version.version()), TOKENS, TOKENS);
    }

    private double loss(int version) {
        return Math.log(floor + (257 - floor) * Math.exp(-version / 2.2));
    }

    @Override
    public void saveState(Path file) throws IOException {
        Files.createFile(file);
    }

    @Override
    public void restoreState(Path file) {
        // keeps nothing
    }

    @Override
    public void close() {
        // holds nothing
    }
}
