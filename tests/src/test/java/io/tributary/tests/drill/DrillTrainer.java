package io.tributary.tests.drill;

import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.model.ParameterBuffer;
import io.tributary.silo.DatasetSize;
import io.tributary.silo.Evaluation;
import io.tributary.silo.LocalResult;
import io.tributary.silo.LocalTask;
import io.tributary.silo.LocalTrainer;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Trains without training: {@link DrillDeltas} says what comes out. Takes its time, each silo
 * another and in each round another, so that updates come one by one and not all at once.
 *
 * @param silo silo id
 * @param deltas what comes out
 * @param longestMillis most time a round takes; 0 for none
 */
record DrillTrainer(String silo, DrillDeltas deltas, int longestMillis) implements LocalTrainer {

    private static final CountDownLatch NEVER = new CountDownLatch(1);

    @Override
    public DatasetSize datasetSize() {
        return new DatasetSize(1_000, 10);
    }

    @Override
    public LocalResult train(LocalTask task, StepListener progress) throws InterruptedException {
        var plan = task.plan();
        var trained = deltas.trained(plan, silo, task.global());
        int steps = task.assignment().localSteps();
        pause(plan.round());
        progress.onStep(steps, 1, 1);
        return new LocalResult(trained, steps, steps, deltas.normalizer(plan, silo), 1, 1);
    }

    private void pause(int round) throws InterruptedException {
        if (longestMillis > 0) {
            int millis = new Random(31L * round + silo.hashCode()).nextInt(longestMillis);
            boolean unused = NEVER.await(millis, TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public Evaluation evaluate(ModelVersion version, ParameterBuffer parameters) {
        return new Evaluation(1, 1, 1);
    }

    @Override
    public void saveState(Path file) {
        // keeps nothing
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
