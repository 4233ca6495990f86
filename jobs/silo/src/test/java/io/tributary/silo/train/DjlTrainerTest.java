package io.tributary.silo.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.tributary.schemas.model.ParameterBuffer;
import io.tributary.schemas.round.LocalTraining;
import io.tributary.silo.LocalResult;
import io.tributary.silo.LocalTrainer;
import io.tributary.silo.model.ModelInitializer;
import io.tributary.silo.solver.LearningRateSchedule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DjlTrainerTest {

    private static final LocalTrainer.StepListener SILENT = (step, loss, speed) -> {};
    private static final LocalTraining STATELESS = Rounds.training(false, 0.01);
    private static final LocalTraining KEEPING = Rounds.training(true, 0.01);

    private final ParameterBuffer initial = ModelInitializer.initialize(Rounds.TINY, 1000, 1);

    @TempDir Path folder;

    @BeforeEach
    void writeText() throws IOException {
        var lines =
                IntStream.range(0, 60)
                        .mapToObj(
                                i ->
                                        "{\"text\":\"the %s. cat sat on the mat, ".formatted(i)
                                                + "\"}")
                        .collect(Collectors.joining("\n"));
        Files.createDirectory(text());
        Files.writeString(text().resolve("text.jsonl"), lines);
    }

    @Test
    void modelLearnsTheText() throws Exception {
        try (var trainer = open()) {
            var version = Rounds.version(initial, 0, "bytes");
            double before = trainer.evaluate(version, initial).loss();

            var result = train(trainer, initial, KEEPING, 1, 150);

            double after = trainer.evaluate(version, result.trained()).loss();
            assertThat(before).isCloseTo(Math.log(257), within(0.3));
            assertThat(after).isLessThan(2.2);
            assertThat(result.trainLoss()).isBetween(after, before);
        }
    }

    @Test
    void resultSaysWhatWasDone() throws Exception {
        var time = new AtomicLong();
        var options = TrainerOptions.of(text());
        try (var trainer = DjlTrainer.open(options, () -> time.getAndAdd(1_000_000_000L))) {
            var steps = new ArrayList<Integer>();
            var speeds = new ArrayList<Double>();

            var result =
                    trainer.train(
                            Rounds.task(initial, STATELESS, 2, 10),
                            (step, loss, speed) -> {
                                steps.add(step);
                                speeds.add(speed);
                            });

            assertThat(steps).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
            assertThat(speeds).allMatch(speed -> speed == 64); // 64 tokens and a second per step
            assertThat(result.tokens()).isEqualTo(10 * 4 * 16);
            assertThat(result.localSteps()).isEqualTo(10);
            double sum = LearningRateSchedule.of(STATELESS).sum(20, 10);
            assertThat(result.sumLearningRates()).isEqualTo(sum);
            assertThat(result.normalizer()).isCloseTo(sum / 0.01, within(1e-9));
        }
    }

    @Test
    void sameSeedGivesTheSameBitsAndAnotherSeedOthers() throws Exception {
        assertThat(bits(oneRound(1))).isEqualTo(bits(oneRound(1))).isNotEqualTo(bits(oneRound(2)));
    }

    @Test
    void globalParametersAreOnlyRead() throws Exception {
        var before = bits(initial);
        try (var trainer = open()) {
            var result = train(trainer, initial, STATELESS, 1, 3);

            assertThat(bits(initial)).isEqualTo(before).isNotEqualTo(bits(result.trained()));
        }
    }

    @Test
    void roundDependsOnItsPlanOnlyUnlessMomentsAreKept() throws Exception {
        for (var training : new LocalTraining[] {STATELESS, KEEPING}) {
            try (var running = open();
                    var restarted = open()) {
                var second = copy(train(running, initial, training, 1, 5).trained());
                var third = copy(train(running, second, training, 2, 5).trained());

                var redone = train(restarted, second, training, 2, 5).trained();

                assertThat(bits(redone).equals(bits(third))).isEqualTo(!training.keepMoments());
            }
        }
    }

    @Test
    void savedMomentsContinueWithTheBitsOfAnUninterruptedRun() throws Exception {
        var state = folder.resolve("state.safetensors");
        ParameterBuffer second;
        ParameterBuffer third;
        try (var running = open()) {
            second = copy(train(running, initial, KEEPING, 1, 5).trained());
            running.saveState(state);
            third = copy(train(running, second, KEEPING, 2, 5).trained());
        }

        try (var restarted = open()) {
            restarted.restoreState(state);
            var again = folder.resolve("again.safetensors");
            restarted.saveState(again);
            assertThat(again).hasSameBinaryContentAs(state);

            assertThat(bits(train(restarted, second, KEEPING, 2, 5).trained()))
                    .isEqualTo(bits(third));
        }
    }

    @Test
    void stateOfAFreshTrainerIsRestoredAsNothing() throws Exception {
        var state = folder.resolve("state.safetensors");
        try (var fresh = open();
                var other = open()) {
            fresh.saveState(state);
            other.restoreState(state);

            assertThat(bits(train(other, initial, KEEPING, 1, 3).trained()))
                    .isEqualTo(bits(train(fresh, initial, KEEPING, 1, 3).trained()));
        }
    }

    @Test
    void interruptedRoundChangesNothingThatIsKept() throws Exception {
        try (var undisturbed = open();
                var interrupted = open()) {
            var second = copy(train(undisturbed, initial, KEEPING, 1, 5).trained());
            var expected = bits(train(undisturbed, second, KEEPING, 2, 5).trained());

            train(interrupted, initial, KEEPING, 1, 5);
            assertThatThrownBy(
                            () ->
                                    interrupted.train(
                                            Rounds.task(second, KEEPING, 2, 5),
                                            (step, loss, speed) -> {
                                                if (step == 3) {
                                                    Thread.currentThread().interrupt();
                                                }
                                            }))
                    .isInstanceOf(InterruptedException.class)
                    .hasMessage("interrupted after 3 of 5 local steps");

            assertThat(bits(train(interrupted, second, KEEPING, 2, 5).trained()))
                    .isEqualTo(expected);
        }
    }

    @Test
    void divergenceIsReportedWhereItHappens() throws Exception {
        try (var trainer = open()) {
            assertThatThrownBy(() -> train(trainer, initial, Rounds.training(false, 1e30), 1, 20))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("training diverged at step")
                    .hasMessageContaining("of round 1");
        }
    }

    @Test
    void modelsThisSiloCannotTrainAreRefused() throws Exception {
        try (var trainer = open()) {
            var foreign = Rounds.version(initial, 0, "abc");
            assertThatThrownBy(() -> trainer.evaluate(foreign, initial))
                    .hasMessageContaining("was made for tokenizer abc, this silo uses bytes");
            var smaller =
                    ParameterBuffer.allocate(
                            new io.tributary.silo.model.Architecture(257, 16, 1, 2, 16)
                                    .layout(1000));
            assertThatThrownBy(() -> train(trainer, smaller, STATELESS, 1, 1))
                    .hasMessageContaining("is not that of the architecture");
        }
        Files.writeString(folder.resolve("state"), "no state");
        try (var trainer = open()) {
            assertThatThrownBy(() -> trainer.restoreState(folder.resolve("state")))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("is no safetensors file");
        }
    }

    @Test
    void datasetSizeIsThatOfTheTrainingPart() throws Exception {
        try (var trainer = open()) {
            var size = trainer.datasetSize();

            assertThat(size.examples() + trainer.text().heldOutDocuments()).isEqualTo(60);
            assertThat(size.tokens()).isEqualTo(trainer.text().trainingTokens());
        }
    }

    private DjlTrainer open() throws IOException {
        return DjlTrainer.open(TrainerOptions.of(text()));
    }

    private Path text() {
        return folder.resolve("text");
    }

    private ParameterBuffer oneRound(long seed) throws Exception {
        try (var trainer = DjlTrainer.open(TrainerOptions.of(text()).withSeed(seed))) {
            return train(trainer, initial, STATELESS, 1, 8).trained();
        }
    }

    private static LocalResult train(
            DjlTrainer trainer,
            ParameterBuffer global,
            LocalTraining training,
            int round,
            int steps)
            throws InterruptedException {
        return trainer.train(Rounds.task(global, training, round, steps), SILENT);
    }

    private static ParameterBuffer copy(ParameterBuffer parameters) {
        var copy = ParameterBuffer.allocate(parameters.layout());
        copy.copyFrom(parameters);
        return copy;
    }

    private static Object bits(ParameterBuffer parameters) {
        return IntStream.range(0, parameters.layout().blocks().size())
                .mapToObj(copy(parameters)::block)
                .toList();
    }
}
