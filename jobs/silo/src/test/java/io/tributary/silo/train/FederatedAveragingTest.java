package io.tributary.silo.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.schemas.model.ParameterBuffer;
import io.tributary.silo.model.ModelInitializer;
import io.tributary.silo.text.EvaluationWindow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What training together is for, without any network in between. */
class FederatedAveragingTest {

    private static final int ROUNDS = 15;
    private static final int STEPS = 8;

    private final ParameterBuffer initial = ModelInitializer.initialize(Rounds.TINY, 1000, 1);

    @TempDir Path folder;

    @Test
    void sharedModelBeatsEverySiloAloneOnTheTextOfBoth() throws Exception {
        try (var letters = open("letters", "the cat %s sat on the mat. ");
                var digits = open("digits", "31415 %s 92653 58979. ")) {
            var silos = List.of(letters, digits);
            var mixture =
                    silos.stream().flatMap(silo -> silo.evaluationWindows(16).stream()).toList();

            double together = loss(train(silos), mixture);

            assertThat(together).isLessThan(loss(train(List.of(letters)), mixture) - 0.5);
            assertThat(together).isLessThan(loss(train(List.of(digits)), mixture) - 0.5);
        }
    }

    /** Rounds of local training, each followed by the mean of what the silos made of the model. */
    private ParameterBuffer train(List<DjlTrainer> silos) throws InterruptedException {
        var training = Rounds.training(false, 0.01);
        var global = ParameterBuffer.allocate(initial.layout());
        global.copyFrom(initial);
        for (int round = 1; round <= ROUNDS; round++) {
            var trained = new ArrayList<ParameterBuffer>();
            for (var silo : silos) {
                var task = Rounds.task(global, training, round, STEPS);
                trained.add(silo.train(task, (step, loss, speed) -> {}).trained());
            }
            mean(trained, global);
        }
        return global;
    }

    private static void mean(List<ParameterBuffer> models, ParameterBuffer result) {
        for (int b = 0; b < result.layout().blocks().size(); b++) {
            int block = b;
            var views = models.stream().map(model -> model.block(block).asFloatBuffer()).toList();
            var mean = result.block(b).asFloatBuffer();
            for (int i = 0; i < mean.capacity(); i++) {
                int at = i;
                double sum = views.stream().mapToDouble(view -> view.get(at)).sum();
                mean.put(i, (float) (sum / views.size()));
            }
        }
    }

    private static double loss(ParameterBuffer parameters, List<EvaluationWindow> windows)
            throws InterruptedException {
        return new ModelEvaluator(Rounds.TINY, parameters).evaluate(windows).loss();
    }

    private DjlTrainer open(String name, String sentence) throws IOException {
        var silo = Files.createDirectory(folder.resolve(name));
        var lines =
                IntStream.range(0, 60)
                        .mapToObj(sentence::formatted)
                        .map("{\"text\":\"%s\"}"::formatted)
                        .collect(Collectors.joining("\n"));
        Files.writeString(silo.resolve("text.jsonl"), lines);
        return DjlTrainer.open(TrainerOptions.of(silo));
    }
}
