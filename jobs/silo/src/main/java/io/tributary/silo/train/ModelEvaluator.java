package io.tributary.silo.train;

import io.tributary.schemas.model.ParameterBuffer;
import io.tributary.silo.Evaluation;
import io.tributary.silo.model.Architecture;
import io.tributary.silo.model.TokenBatch;
import io.tributary.silo.model.Transformer;
import io.tributary.silo.text.EvaluationWindow;
import java.util.List;

/** Measures a model on held-out windows. The sums are float64, in window order. */
public final class ModelEvaluator {

    /** Predicted tokens per forward pass: enough to keep the engine busy, little memory. */
    private static final int TOKENS_PER_PASS = 2048;

    private final Transformer transformer;

    /**
     * @param parameters read during every evaluation
     */
    public ModelEvaluator(Architecture architecture, ParameterBuffer parameters) {
        transformer = new Transformer(architecture, parameters);
    }

    /**
     * @param windows at least one; none longer than the model's context and a token
     * @throws InterruptedException if the thread was interrupted between two forward passes
     */
    public Evaluation evaluate(List<EvaluationWindow> windows) throws InterruptedException {
        if (windows.isEmpty()) {
            throw new IllegalArgumentException("there are no windows to evaluate on");
        }
        var sum = new Evaluation(0, 0, 0);
        int next = 0;
        while (next < windows.size()) {
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted while evaluating");
            }
            int end = endOfPass(windows, next);
            sum = sum.plus(measure(windows.subList(next, end)));
            next = end;
        }
        return sum;
    }

    /** Windows of one length that fit one pass, one at least. */
    private static int endOfPass(List<EvaluationWindow> windows, int first) {
        int length = windows.get(first).predictedTokens();
        int end = first + 1;
        while (end < windows.size()
                && windows.get(end).predictedTokens() == length
                && (end + 1 - first) * (long) length <= TOKENS_PER_PASS) {
            end++;
        }
        return end;
    }

    private Evaluation measure(List<EvaluationWindow> windows) {
        var tokens = windows.stream().map(EvaluationWindow::tokens).toArray(int[][]::new);
        var batch = TokenBatch.ofWindows(tokens);
        double nats = 0;
        for (float crossEntropy : transformer.crossEntropies(batch)) {
            nats += crossEntropy;
        }
        long bytes = windows.stream().mapToLong(EvaluationWindow::bytes).sum();
        return new Evaluation(nats, batch.tokens(), bytes);
    }
}
