package io.tributary.tests;

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

/**
 * A silo whose objective is the quadratic {@code curvature / 2 * |w - centre|^2}, trained by plain
 * gradient descent: everything about it has a closed form.
 *
 * @param curvature second derivative, above 0
 * @param centre where this silo's optimum is, in every coordinate
 */
record QuadraticTrainer(double curvature, double centre) implements LocalTrainer {

    /** The factor by which local training shrinks the distance to the centre. */
    double contraction(double rate, int steps) {
        return Math.pow(1 - rate * curvature, steps);
    }

    @Override
    public DatasetSize datasetSize() {
        return new DatasetSize(1, 1);
    }

    @Override
    public LocalResult train(LocalTask task, StepListener progress) {
        var global = task.global();
        var trained = ParameterBuffer.allocate(global.layout());
        double rate = task.plan().training().peakLearningRate();
        int steps = task.assignment().localSteps();
        for (int chunk = 0; chunk < global.layout().chunkCount(); chunk++) {
            var from = global.chunk(chunk);
            var to = trained.chunk(chunk);
            for (int j = 0; j < from.limit(); j++) {
                double w = from.get(j);
                for (int step = 0; step < steps; step++) {
                    w -= rate * curvature * (w - centre);
                }
                to.put(j, (float) w);
            }
        }
        progress.onStep(steps, 0, 0);
        return new LocalResult(trained, steps, steps, steps, steps * rate, 0);
    }

    @Override
    public Evaluation evaluate(ModelVersion version, ParameterBuffer parameters) {
        return new Evaluation(1, 1, 1);
    }

    @Override
    public void saveState(Path file) throws IOException {
        Files.createFile(file);
    }

    @Override
    public void restoreState(Path file) {
        // gradient descent keeps nothing
    }

    @Override
    public void close() {
        // holds nothing
    }
}
