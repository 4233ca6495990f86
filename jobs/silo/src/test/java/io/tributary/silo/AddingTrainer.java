package io.tributary.silo;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.model.ParameterBuffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** Adds a constant to every parameter in every step. Its moments are the number of steps taken. */
final class AddingTrainer implements LocalTrainer {

    static final float STEP = 0.125f;

    /** Rounds in which training began. */
    final List<Integer> began = new CopyOnWriteArrayList<>();

    /** What {@link #restoreState} found. */
    final List<String> restored = new CopyOnWriteArrayList<>();

    private volatile CountDownLatch gate = new CountDownLatch(0);
    private final @Nullable String fault;
    private long stepsTaken;

    AddingTrainer() {
        this(null);
    }

    /** One that fails when it is asked for its size, and when it has saved half of its state. */
    AddingTrainer(@Nullable String fault) {
        this.fault = fault;
    }

    /** From now on training waits before its first step, until {@link #open}. */
    void shut() {
        gate = new CountDownLatch(1);
    }

    void open() {
        gate.countDown();
    }

    @Override
    public DatasetSize datasetSize() {
        if (fault != null) {
            throw new IllegalStateException(fault);
        }
        return new DatasetSize(1000, 10);
    }

    @Override
    public LocalResult train(LocalTask task, StepListener progress) throws InterruptedException {
        began.add(task.plan().round());
        gate.await();
        var layout = task.global().layout();
        var trained = ParameterBuffer.allocate(layout);
        trained.copyFrom(task.global());
        int steps = task.assignment().localSteps();
        for (int step = 1; step <= steps; step++) {
            for (int c = 0; c < layout.chunkCount(); c++) {
                var chunk = trained.chunk(c);
                for (int j = 0; j < chunk.limit(); j++) {
                    chunk.put(j, chunk.get(j) + STEP);
                }
            }
            stepsTaken++;
            progress.onStep(step, 1.0 / step, 100);
        }
        return new LocalResult(trained, 8L * steps, steps, steps, 0.1 * steps, 1.5);
    }

    @Override
    public Evaluation evaluate(ModelVersion version, ParameterBuffer parameters) {
        double sum = 0;
        for (int c = 0; c < parameters.layout().chunkCount(); c++) {
            var chunk = parameters.chunk(c);
            while (chunk.hasRemaining()) {
                sum += chunk.get();
            }
        }
        return new Evaluation(sum, 5, 20);
    }

    @Override
    public void saveState(Path file) throws IOException {
        Files.writeString(file, String.valueOf(stepsTaken), UTF_8);
        if (fault != null) {
            throw new IOException(fault);
        }
    }

    @Override
    public void restoreState(Path file) throws IOException {
        var text = Files.readString(file, UTF_8);
        restored.add(text);
        stepsTaken = Long.parseLong(text);
    }

    @Override
    public void close() {}
}
