package io.tributary.silo;

import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.model.ParameterBuffer;
import java.io.IOException;
import java.nio.file.Path;

/**
 * What a silo does with a model between downloading it and uploading its update. Everything about
 * text and tensors is behind this; everything about Kafka and rounds is in front of it.
 *
 * <p>Called from one thread, one method at a time.
 */
public interface LocalTrainer extends AutoCloseable {

    /** Size of the training text, as the silo declares it to the federation. */
    DatasetSize datasetSize();

    /**
     * Takes the planned local steps from the global parameters.
     *
     * @param progress told after every step
     * @throws InterruptedException if the thread was interrupted between two steps; the trainer
     *     stays usable
     */
    LocalResult train(LocalTask task, StepListener progress) throws InterruptedException;

    /** Measures a model on the silo's held-out documents. */
    Evaluation evaluate(ModelVersion version, ParameterBuffer parameters)
            throws InterruptedException;

    /** Writes what the next round needs to go on from here: the kept moments, if any. */
    void saveState(Path file) throws IOException;

    /** Reads what {@link #saveState} wrote. */
    void restoreState(Path file) throws IOException;

    @Override
    void close();

    /** Told after every local step. */
    @FunctionalInterface
    interface StepListener {
        /**
         * @param step steps done so far, from 1
         * @param loss training loss of this step, nats per token
         * @param tokensPerSecond speed since the round's training began
         */
        void onStep(int step, double loss, double tokensPerSecond);
    }
}
