package io.tributary.silo;

import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.model.ParameterBuffer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.LongSupplier;

/**
 * A trainer whose local steps take a given number of times as long: it stands for slow hardware in
 * demos and experiments. After each step it waits, and uses no processor meanwhile; what it trains
 * is the same to the bit. Evaluations are not slowed.
 */
public final class SlowedTrainer implements LocalTrainer {

    private final double factor;
    private final LocalTrainer trainer;
    private final LongSupplier nanoClock;
    private final Pause pause;

    /** Waits. */
    @FunctionalInterface
    interface Pause {
        void nanos(long nanos) throws InterruptedException;
    }

    /**
     * @param factor how many times as long a step takes, from 1 to 1000
     * @param trainer does the work; closed with this one
     * @throws IllegalArgumentException if the factor is out of its range
     */
    public SlowedTrainer(double factor, LocalTrainer trainer) {
        this(factor, trainer, System::nanoTime, SlowedTrainer::sleep);
    }

    SlowedTrainer(double factor, LocalTrainer trainer, LongSupplier nanoClock, Pause pause) {
        if (!(factor >= 1 && factor <= 1000)) {
            throw new IllegalArgumentException(
                    "a slow silo's factor must be 1 to 1000, got " + factor);
        }
        this.factor = factor;
        this.trainer = trainer;
        this.nanoClock = nanoClock;
        this.pause = pause;
    }

    private static void sleep(long nanos) throws InterruptedException {
        Thread.sleep(nanos / 1_000_000, (int) (nanos % 1_000_000));
    }

    @Override
    public LocalResult train(LocalTask task, StepListener progress) throws InterruptedException {
        return trainer.train(task, new Waiting(progress));
    }

    /** Told of a step, waits before the next can begin. */
    private final class Waiting implements StepListener {

        private final StepListener progress;
        private long beganNanos = nanoClock.getAsLong();

        Waiting(StepListener progress) {
            this.progress = progress;
        }

        @Override
        public void onStep(int step, double loss, double tokensPerSecond) {
            long tookNanos = nanoClock.getAsLong() - beganNanos;
            try {
                pause.nanos(Math.max(0, Math.round((factor - 1) * tookNanos)));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt(); // the trainer looks before its next step
            }
            progress.onStep(step, loss, tokensPerSecond);
            beganNanos = nanoClock.getAsLong();
        }
    }

    @Override
    public DatasetSize datasetSize() {
        return trainer.datasetSize();
    }

    @Override
    public Evaluation evaluate(ModelVersion version, ParameterBuffer parameters)
            throws InterruptedException {
        return trainer.evaluate(version, parameters);
    }

    @Override
    public void saveState(Path file) throws IOException {
        trainer.saveState(file);
    }

    @Override
    public void restoreState(Path file) throws IOException {
        trainer.restoreState(file);
    }

    @Override
    public void close() {
        trainer.close();
    }
}
