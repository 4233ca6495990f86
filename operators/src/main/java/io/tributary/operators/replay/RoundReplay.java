package io.tributary.operators.replay;

import static io.tributary.operators.Preconditions.checkArgument;

import io.tributary.operators.kernel.PairwiseSum;
import io.tributary.operators.kernel.Passes;
import io.tributary.operators.kernel.RowSource;
import io.tributary.operators.optimizer.ServerOptimizer;
import io.tributary.operators.privacy.PrivacyLedger;
import io.tributary.operators.round.RoundPolicy;
import io.tributary.operators.round.RoundWeighing;
import io.tributary.operators.round.WeighingOrder;
import io.tributary.operators.rule.AggregationRule;
import io.tributary.operators.rule.Contribution;
import io.tributary.operators.rule.FoldGrid;
import io.tributary.operators.rule.FoldingRule;
import io.tributary.operators.rule.Gram;
import io.tributary.operators.rule.Kept;
import io.tributary.operators.rule.NoiseSource;
import io.tributary.operators.rule.PieceCombiner;
import io.tributary.schemas.model.ModelLayout;
import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.model.ParameterBuffer;
import io.tributary.schemas.round.RoundWeights;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes a version once more from the state before it and the updates of its cohort, one chunk after
 * another: with the rule and the optimizer it was made with, to the same bits; or with others, to
 * see what they would have made of the round.
 *
 * <p>First, if it {@link #measures()}, every chunk is {@linkplain #measure measured}; then every
 * chunk is {@linkplain #make made}, in any order. The state is changed in place, so that it is the
 * state {@link #after()} the version when the last chunk is made.
 *
 * <p>Not thread-safe.
 */
public final class RoundReplay {

    private final RecordedRound round;
    private final AggregationRule rule;
    private final @Nullable FoldingRule folding;
    private final ServerOptimizer optimizer;
    private final long step;
    private final ModelState before;
    private final ModelState after;
    private final @Nullable NoiseSource noise;
    private final WeighingOrder order;
    private final RoundWeighing weighing;
    private final boolean asPublished;

    private final PairwiseSum products;
    private final Map<Long, double[]> partialProducts = new HashMap<>();
    private @Nullable RoundWeights weights;
    private @Nullable PieceCombiner combiner;

    private RoundReplay(
            RecordedRound round,
            AggregationRule rule,
            boolean folds,
            ServerOptimizer optimizer,
            long step,
            String fallback,
            ModelState before,
            @Nullable NoiseSource noise,
            boolean asPublished) {
        checkCanBeReplayed(rule, noise);
        var version = round.version();
        this.round = round;
        this.rule = rule;
        this.folding = folds ? rule.folding().orElseThrow() : null;
        this.optimizer = optimizer;
        this.step = step;
        this.before = before;
        this.noise = noise;
        this.asPublished = asPublished;
        after = stateAfter();
        products = new PairwiseSum(version.layout().chunkCount());
        weighing = new RoundWeighing(noise);
        order =
                new WeighingOrder(
                        version.model(),
                        version.version(),
                        rule.toString(),
                        fallback,
                        round.plan().silos().size(),
                        version.cohort(),
                        round.uploads(),
                        PrivacyLedger.without(
                                RoundPolicy.begin(round.base(), false).measurements()));
        if (!folds) {
            weighing.weigh(order).ifPresent(this::decide);
        }
    }

    /**
     * To make what was published.
     *
     * @param before the state after the base version; changed in place
     * @param noise the federation's noise; null where the secret is not known
     * @throws IllegalArgumentException if the version cannot be made once more, and why
     */
    public static RoundReplay asPublished(
            RecordedRound round, ModelState before, @Nullable NoiseSource noise) {
        var version = round.version();
        checkArgument(
                !version.cohort().isEmpty(),
                "version %s was given and not made: there is nothing to replay",
                version.version());
        return new RoundReplay(
                round,
                AggregationRule.parse(version.rule()),
                AggregationRule.parse(round.plan().rule()).folding().isPresent(),
                ServerOptimizer.parse(version.serverOptimizer()),
                steps(version),
                round.plan().fallback(),
                before,
                noise,
                true);
    }

    /**
     * To make something else of the same updates.
     *
     * @param rule specification of another rule; null for the one of the version
     * @param serverOptimizer specification of another optimizer; null for the one of the version.
     *     If it keeps other moments than there are, it begins with its first step
     * @param before the state after the base version; changed in place
     * @param noise the federation's noise; null where the secret is not known
     * @throws IllegalArgumentException if the rule has no answer for this round, or needs what is
     *     not known
     */
    public static RoundReplay under(
            @Nullable String rule,
            @Nullable String serverOptimizer,
            RecordedRound round,
            ModelState before,
            @Nullable NoiseSource noise) {
        var version = round.version();
        var parsed = AggregationRule.parse(rule == null ? version.rule() : rule);
        var optimizer =
                ServerOptimizer.parse(
                        serverOptimizer == null ? version.serverOptimizer() : serverOptimizer);
        return new RoundReplay(
                round,
                parsed,
                parsed.folding().isPresent(),
                optimizer,
                stepOf(optimizer, round),
                "extend",
                before,
                noise,
                false);
    }

    private static void checkCanBeReplayed(AggregationRule rule, @Nullable NoiseSource noise) {
        checkArgument(
                rule.keeps() != Kept.HISTORIES,
                "'%s' weighs by everything each silo has sent since the job began, which is kept in"
                        + " the job's state alone: a round of it cannot be replayed",
                rule);
        checkArgument(
                !rule.addsNoise() || noise != null,
                "'%s' adds noise that is drawn with a secret; without the secret its result cannot"
                        + " be made again",
                rule);
    }

    private static long stepOf(ServerOptimizer optimizer, RecordedRound round) {
        var names = optimizer.momentNames();
        if (names.equals(momentNames(round.version()))) {
            return steps(round.version());
        }
        boolean goesOn =
                !round.base().serverOptimizer().isEmpty()
                        && names.equals(momentNames(round.base()));
        return goesOn ? steps(round.base()) + 1 : 1;
    }

    private static List<String> momentNames(ModelVersion version) {
        return ServerOptimizer.parse(version.serverOptimizer()).momentNames();
    }

    private static long steps(ModelVersion version) {
        return version.measurements().stream()
                .filter(m -> m.name().equals(RoundPolicy.OPTIMIZER_STEPS))
                .mapToLong(m -> (long) m.value())
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "version %s does not say which step of its server optimizer it took"
                                                .formatted(version.version())));
    }

    private ModelState stateAfter() {
        var layout = before.parameters().layout();
        var moments = new ArrayList<ParameterBuffer>();
        for (int k = 0; k < optimizer.moments(); k++) {
            moments.add(
                    step > 1 && k < before.moments().size()
                            ? before.moments().get(k)
                            : filled(layout, optimizer.initialMoment(k)));
        }
        ParameterBuffer centre = null;
        if (folding == null && rule.keeps() == Kept.CENTRE) {
            centre = before.centre();
            if (centre == null) {
                centre = ParameterBuffer.allocate(layout);
            }
        }
        return new ModelState(before.parameters(), moments, centre);
    }

    private static ParameterBuffer filled(ModelLayout layout, float value) {
        var buffer = ParameterBuffer.allocate(layout);
        for (int chunk = 0; chunk < layout.chunkCount(); chunk++) {
            var values = buffer.chunk(chunk);
            while (values.hasRemaining()) {
                values.put(value);
            }
        }
        return buffer;
    }

    /** What the log says of the round. */
    public RecordedRound round() {
        return round;
    }

    /** The rule that is applied, in the form that plans have. */
    public String rule() {
        return rule.toString();
    }

    /** Whether every chunk has to be measured before the first can be made. */
    public boolean measures() {
        return folding == null && weights == null;
    }

    /**
     * Adds the inner products of a chunk's rows; after the last chunk the rule weighs the cohort.
     *
     * @param rows the chunk of every update, in silo-id order
     * @throws IllegalArgumentException if another rule than the published one has no answer
     */
    public void measure(int chunk, RowSource rows) {
        var whole =
                products.add(
                        chunk, Passes.products(rule.rowsToCombine(rows, centre(chunk))), waiting());
        if (whole != null) {
            int size = rule.rowsToCombine(order.cohort().size());
            decide(weighing.weigh(order, Gram.ofPacked(size, whole)));
        }
    }

    /** The job goes on when a rule has no answer; who asks for a rule wants that one's. */
    private void decide(RoundWeights found) {
        checkArgument(
                asPublished || found.note().isEmpty(),
                "'%s' has no answer for round %s: %s",
                rule,
                order.round(),
                found.note());
        weights = found;
        combiner =
                new PieceCombiner(
                        rule,
                        AggregationRule.parse(found.rule()),
                        RoundWeighing.read(found),
                        order.round(),
                        noise);
    }

    /**
     * Makes a chunk and changes the state accordingly.
     *
     * @param rows the chunk of every update, in silo-id order
     */
    public MadeChunk make(int chunk, RowSource rows) {
        checkArgument(!measures(), "chunk %s cannot be made: not all are measured", chunk);
        var combined = folding == null ? combined(chunk, rows) : folded(rows);
        var old = values(after.parameters(), chunk);
        var parameters = old.clone();
        var moments = new float[optimizer.moments()][];
        for (int k = 0; k < moments.length; k++) {
            moments[k] = values(after.moments().get(k), chunk);
        }
        optimizer.step(parameters, moments, combined, step);
        after.parameters().chunk(chunk).put(parameters);
        for (int k = 0; k < moments.length; k++) {
            after.moments().get(k).chunk(chunk).put(moments[k]);
        }
        return new MadeChunk(chunk, old, parameters, round.version().codec());
    }

    /** The state after the version, once every chunk is made. */
    public ModelState after() {
        return after;
    }

    /** What the rule made of the cohort; null for a folding rule, and before all is measured. */
    public @Nullable RoundWeights weights() {
        return weights;
    }

    private double[] folded(RowSource rows) {
        var sum = new double[rows.length()];
        var grid = new FoldGrid(round.plan().foldQuantumExponent());
        var contributions = contributions();
        for (int i = 0; i < rows.rows(); i++) {
            grid.fold(sum, rows, i, folding.scale(contributions.get(i)));
        }
        grid.finish(sum, folding.finish(contributions));
        return sum;
    }

    /** With the weights of the plan, which rows were scaled by before the cohort was known. */
    private List<Contribution> contributions() {
        return round.version().cohort().stream()
                .map(m -> new Contribution(round.weight(m), m.normalizer()))
                .toList();
    }

    private double[] combined(int chunk, RowSource rows) {
        var combined = combiner.combine(chunk, rows, centre(chunk), 1);
        if (combined.centre() != null) {
            after.centre().chunk(chunk).put(combined.centre());
        }
        return combined.delta();
    }

    private float @Nullable [] centre(int chunk) {
        return after.centre() == null ? null : values(after.centre(), chunk);
    }

    private static float[] values(ParameterBuffer buffer, int chunk) {
        var view = buffer.chunk(chunk);
        var values = new float[view.remaining()];
        view.get(values);
        return values;
    }

    private PairwiseSum.Nodes<RuntimeException> waiting() {
        return new PairwiseSum.Nodes<>() {
            @Override
            public double @Nullable [] take(long node) {
                return partialProducts.remove(node);
            }

            @Override
            public void put(long node, double[] sum) {
                partialProducts.put(node, sum);
            }
        };
    }
}
