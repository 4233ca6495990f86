package io.tributary.silo.train;

import io.tributary.schemas.model.ModelLayout;
import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.model.ParameterBuffer;
import io.tributary.schemas.round.LocalTraining;
import io.tributary.schemas.round.RoundPlan;
import io.tributary.schemas.round.SiloAssignment;
import io.tributary.silo.DatasetSize;
import io.tributary.silo.Evaluation;
import io.tributary.silo.LocalResult;
import io.tributary.silo.LocalTask;
import io.tributary.silo.LocalTrainer;
import io.tributary.silo.model.Architecture;
import io.tributary.silo.model.TokenBatch;
import io.tributary.silo.model.TorchEngine;
import io.tributary.silo.model.Transformer;
import io.tributary.silo.solver.GradientClipping;
import io.tributary.silo.solver.LearningRateSchedule;
import io.tributary.silo.solver.Normalizer;
import io.tributary.silo.solver.Solver;
import io.tributary.silo.solver.SolverState;
import io.tributary.silo.text.EvaluationWindow;
import io.tributary.silo.text.SiloText;
import io.tributary.silo.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Trains a {@link Transformer} on a folder of text.
 *
 * <p>Which text a step sees depends on the plan and the seed alone. The silo's place in its stream
 * of draws is {@code clock * localSteps / largestLocalSteps} steps: exactly the steps it has taken
 * as long as the silos' steps stay in proportion, and close to it otherwise. So a silo can be
 * killed in any round and go on with the same text, and a round that is repeated repeats its text.
 *
 * <p>A call to {@link #train} either completes or changes nothing that is kept: moments of an
 * interrupted round are dropped.
 *
 * <p>An interrupt is noticed between two steps. The process may exit at any time; it waits for the
 * step under way.
 */
public final class DjlTrainer implements LocalTrainer {

    private final TrainerOptions options;
    private final String tokenizerId;
    private final int vocabularySize;
    private final SiloText text;
    private final LongSupplier nanoClock;

    private @Nullable Workspace workspace;
    private @Nullable SavedMoments restored;

    private DjlTrainer(
            TrainerOptions options, Tokenizer tokenizer, SiloText text, LongSupplier nanoClock) {
        this.options = options;
        this.tokenizerId = tokenizer.id();
        this.vocabularySize = tokenizer.vocabularySize();
        this.text = text;
        this.nanoClock = nanoClock;
    }

    /**
     * Reads and tokenizes the silo's text.
     *
     * @throws IOException if text or tokenizer cannot be used; the message says why
     */
    public static DjlTrainer open(TrainerOptions options) throws IOException {
        return open(options, System::nanoTime);
    }

    /**
     * As {@link #open(TrainerOptions)}.
     *
     * @param nanoClock nanoseconds from any origin, to measure speed with
     */
    public static DjlTrainer open(TrainerOptions options, LongSupplier nanoClock)
            throws IOException {
        try (var tokenizer = Tokenizer.open(options.tokenizerJson())) {
            var text = SiloText.read(options.data(), tokenizer, options.heldOutFraction());
            return new DjlTrainer(options, tokenizer, text, nanoClock);
        }
    }

    /** The text it trains on. */
    public SiloText text() {
        return text;
    }

    @Override
    public DatasetSize datasetSize() {
        return new DatasetSize(text.trainingTokens(), text.trainingDocuments());
    }

    /** The windows that {@link #evaluate} measures a model of this context length on. */
    public List<EvaluationWindow> evaluationWindows(int contextLength) {
        return text.heldOutWindows(contextLength, options.evaluationTokens());
    }

    @Override
    public LocalResult train(LocalTask task, StepListener progress) throws InterruptedException {
        var plan = task.plan();
        var training = plan.training();
        var architecture = architecture(task.base());
        checkFits(training, architecture);
        TorchEngine.useThreads(options.threads());

        var solver = Solver.of(training);
        var work = workspace(plan, solver, task.global().layout());
        var state = work.beginRound(training.keepMoments());
        work.trained.copyFrom(task.global());

        var transformer = new Transformer(architecture, work.trained);
        var schedule = LearningRateSchedule.of(training);
        var assignment = task.assignment();
        var windows =
                text.trainingWindows(training.sequenceLength(), options.seed(), assignment.silo());
        int steps = assignment.localSteps();
        double normalizer = Normalizer.of(training, plan.clock(), steps);
        long firstStep = stepsBefore(plan, assignment);
        long tokensPerStep = (long) training.batchSize() * training.sequenceLength();
        double lossSum = 0;
        long began = nanoClock.getAsLong();
        for (int step = 0; step < steps; step++) {
            if (Thread.interrupted()) {
                throw new InterruptedException(
                        "interrupted after %s of %s local steps".formatted(step, steps));
            }
            var drawn =
                    windows.draw((firstStep + step) * training.batchSize(), training.batchSize());
            double loss = transformer.lossAndGradients(TokenBatch.ofWindows(drawn), work.gradients);
            double norm = GradientClipping.norm(work.gradients);
            if (!Double.isFinite(loss) || !Double.isFinite(norm)) {
                throw new IllegalStateException(
                        "training diverged at step %s of round %s: loss %s, gradient norm %s; lower the learning rate or switch clipping on"
                                .formatted(step + 1, plan.round(), loss, norm));
            }
            solver.step(
                    state,
                    work.trained,
                    work.gradients,
                    GradientClipping.scale(norm, training.clipNorm()),
                    schedule.rate(plan.clock() + step));
            lossSum += loss;
            progress.onStep(step + 1, loss, speed(tokensPerStep * (step + 1), began));
        }
        work.completeRound(training.keepMoments());
        return new LocalResult(
                work.trained,
                tokensPerStep * steps,
                steps,
                normalizer,
                schedule.sum(plan.clock(), steps),
                lossSum / steps);
    }

    @Override
    public Evaluation evaluate(ModelVersion version, ParameterBuffer parameters)
            throws InterruptedException {
        var architecture = architecture(version);
        TorchEngine.useThreads(options.threads());
        return new ModelEvaluator(architecture, parameters)
                .evaluate(evaluationWindows(architecture.contextLength()));
    }

    /**
     * Writes the moments of the last completed round; a file without tensors if there are none.
     * Save once the round's update is committed: a round that is trained again must start from the
     * moments before it.
     */
    @Override
    public void saveState(Path file) throws IOException {
        if (workspace != null && workspace.kept != null) {
            SavedMoments.of(workspace.owner, workspace.kept).write(file);
        } else if (restored != null) {
            restored.write(file);
        } else {
            SavedMoments.none().write(file);
        }
    }

    /** Reads saved moments. They are used if the next round is of the same model and solver. */
    @Override
    public void restoreState(Path file) throws IOException {
        restored = SavedMoments.read(file);
        workspace = null;
    }

    /** Holds nothing native between calls, so there is nothing to free. */
    @Override
    public void close() {
        workspace = null;
        restored = null;
    }

    /** Memory for this model and solver, kept from round to round while they stay the same. */
    private Workspace workspace(RoundPlan plan, Solver solver, ModelLayout layout) {
        var owner =
                new SavedMoments.Owner(
                        plan.model(),
                        plan.training().solver().name(),
                        solver.momentCount(),
                        layout.digest());
        var current = workspace;
        if (current == null || !current.owner.equals(owner)) {
            current = new Workspace(owner, layout);
            if (restored != null && restored.owner().equals(owner)) {
                current.kept = restored.toState(layout);
            }
            restored = null;
            workspace = current;
        }
        return current;
    }

    private Architecture architecture(ModelVersion version) {
        if (!version.tokenizer().equals(tokenizerId)) {
            throw new IllegalArgumentException(
                    "model %s version %s was made for tokenizer %s, this silo uses %s: give it the same tokenizer.json"
                            .formatted(
                                    version.model(),
                                    version.version(),
                                    version.tokenizer(),
                                    tokenizerId));
        }
        var architecture = Architecture.fromJson(version.architecture());
        if (vocabularySize > architecture.vocabularySize()) {
            throw new IllegalArgumentException(
                    "the tokenizer has %s tokens, model %s only %s"
                            .formatted(
                                    vocabularySize,
                                    version.model(),
                                    architecture.vocabularySize()));
        }
        return architecture;
    }

    private static void checkFits(LocalTraining training, Architecture architecture) {
        if (training.batchSize() < 1 || training.sequenceLength() < 1) {
            throw new IllegalArgumentException(
                    "the plan's batchSize and sequenceLength must be at least 1, got batchSize=%s and sequenceLength=%s"
                            .formatted(training.batchSize(), training.sequenceLength()));
        }
        if (training.sequenceLength() > architecture.contextLength()) {
            throw new IllegalArgumentException(
                    "the plan's sequenceLength of %s exceeds the model's context of %s"
                            .formatted(training.sequenceLength(), architecture.contextLength()));
        }
    }

    private static long stepsBefore(RoundPlan plan, SiloAssignment assignment) {
        return plan.clock() * assignment.localSteps() / plan.largestLocalSteps();
    }

    private double speed(long tokens, long began) {
        return tokens * 1e9 / Math.max(1, nanoClock.getAsLong() - began);
    }

    /** Buffers of one model, allocated once: direct memory comes back only with a collection. */
    private static final class Workspace {

        final SavedMoments.Owner owner;
        final ParameterBuffer trained;
        final ParameterBuffer gradients;

        /** What the next round starts from; null for nothing. */
        @Nullable SolverState kept;

        private SolverState working;

        Workspace(SavedMoments.Owner owner, ModelLayout layout) {
            this.owner = owner;
            trained = ParameterBuffer.allocate(layout);
            gradients = ParameterBuffer.allocate(layout);
            working = new SolverState(layout, owner.moments());
        }

        /** The state this round works on; what is kept stays as it is until the round completes. */
        SolverState beginRound(boolean keepMoments) {
            if (keepMoments && kept != null) {
                working.copyFrom(kept);
            } else {
                working.reset();
            }
            return working;
        }

        void completeRound(boolean keepMoments) {
            if (!keepMoments) {
                kept = null;
                return;
            }
            var done = working;
            working = kept != null ? kept : new SolverState(trained.layout(), owner.moments());
            kept = done;
        }
    }
}
