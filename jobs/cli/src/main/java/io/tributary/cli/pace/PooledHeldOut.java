package io.tributary.cli.pace;

import io.tributary.cli.demo.DemoRecipe;
import io.tributary.cli.demo.WorkCrew;
import io.tributary.schemas.model.ParameterBuffer;
import io.tributary.silo.Evaluation;
import io.tributary.silo.model.Architecture;
import io.tributary.silo.text.EvaluationWindow;
import io.tributary.silo.train.DjlTrainer;
import io.tributary.silo.train.ModelEvaluator;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/** The held-out text of all silos, as one text: what the demo calls all texts. */
final class PooledHeldOut implements AutoCloseable {

    private final Architecture architecture;
    private final List<List<EvaluationWindow>> texts;
    private final WorkCrew crew = new WorkCrew(Runtime.getRuntime().availableProcessors());

    /**
     * @param tokens predicted of each silo's text, at most
     */
    PooledHeldOut(Architecture architecture, Collection<DjlTrainer> silos, int tokens) {
        this.architecture = architecture;
        this.texts =
                silos.stream()
                        .map(silo -> silo.text().heldOutWindows(DemoRecipe.CONTEXT, tokens))
                        .toList();
    }

    /**
     * @param parameters read until it returns
     */
    double perplexity(ParameterBuffer parameters) throws InterruptedException, ExecutionException {
        var pending = new ArrayList<Future<Evaluation>>();
        for (var windows : texts) {
            pending.add(
                    crew.submit(
                            () -> new ModelEvaluator(architecture, parameters).evaluate(windows)));
        }
        var all = new Evaluation(0, 0, 0);
        for (var text : pending) {
            all = all.plus(text.get());
        }
        return all.perplexity();
    }

    @Override
    public void close() throws InterruptedException {
        crew.close();
    }
}
