package io.tributary.silo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.model.ParameterBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SlowedTrainerTest {

    private static final long[] STEP_NANOS = {10, 30, 20};

    private long nowNanos;
    private final List<Long> paused = new ArrayList<>();
    private final List<Integer> told = new ArrayList<>();
    private int stepsTaken;

    @ParameterizedTest
    @ValueSource(doubles = {1, 1.5, 4, 1000})
    void everyStepTakesTheFactorTimesAsLong(double factor) throws Exception {
        var slowed = new SlowedTrainer(factor, new Steps(), () -> nowNanos, this::pause);

        var unused = slowed.train(null, (step, loss, speed) -> told.add(step));

        assertThat(told).containsExactly(1, 2, 3);
        for (int i = 0; i < STEP_NANOS.length; i++) {
            assertThat((double) (STEP_NANOS[i] + paused.get(i))).isEqualTo(factor * STEP_NANOS[i]);
        }
    }

    @Test
    void whatTheListenerTakesIsNoPartOfAStep() throws Exception {
        var slowed = new SlowedTrainer(2, new Steps(), () -> nowNanos, this::pause);

        var unused = slowed.train(null, (step, loss, speed) -> nowNanos += 1_000);

        assertThat(paused).containsExactly(10L, 30L, 20L);
    }

    @Test
    void anInterruptEndsTheWaitAndTheTrainerLearnsOfIt() {
        SlowedTrainer.Pause interrupted =
                nanos -> {
                    throw new InterruptedException();
                };
        var slowed = new SlowedTrainer(2, new Steps(), () -> nowNanos, interrupted);

        assertThatThrownBy(() -> slowed.train(null, (step, loss, speed) -> {}))
                .isInstanceOf(InterruptedException.class);

        assertThat(stepsTaken).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.99, 1001, Double.NaN})
    void aFactorThatIsNoneIsRefused(double factor) {
        assertThatThrownBy(() -> new SlowedTrainer(factor, new Steps()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1 to 1000");
    }

    private void pause(long nanos) {
        paused.add(nanos);
        nowNanos += nanos;
    }

    /** Steps of known lengths. */
    private final class Steps implements LocalTrainer {

        @Override
        public LocalResult train(LocalTask task, StepListener progress)
                throws InterruptedException {
            for (long nanos : STEP_NANOS) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                nowNanos += nanos;
                stepsTaken++;
                progress.onStep(stepsTaken, 1, 1);
            }
            return new LocalResult(null, 1, stepsTaken, 1, 1, 1);
        }

        @Override
        public DatasetSize datasetSize() {
            return new DatasetSize(1, 1);
        }

        @Override
        public Evaluation evaluate(ModelVersion version, ParameterBuffer parameters) {
            return new Evaluation(1, 1, 1);
        }

        @Override
        public void saveState(Path file) {}

        @Override
        public void restoreState(Path file) {}

        @Override
        public void close() {}
    }
}
