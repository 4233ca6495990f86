package io.tributary.operators.rule;

import static io.tributary.operators.Preconditions.checkArgument;

import io.tributary.operators.kernel.FloatRows;
import io.tributary.operators.kernel.Passes;
import io.tributary.operators.kernel.RowSource;
import io.tributary.operators.kernel.StackedRows;
import io.tributary.operators.spec.Spec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How the deltas of a cohort become one combined delta: any number of steps that mix or scale rows,
 * then one rule, as in {@code nnm(f=2) | trimmed-mean(f=2)}.
 *
 * <p>An aggregation has two halves. {@link #weigh} looks at the whole rows, but only through their
 * Gram matrix, and decides once for the whole model. {@link #combine} then makes the result from
 * that decision, coordinate by coordinate. So a model may be cut into chunks that never meet: their
 * partial Gram matrices add up to that of the whole model, and each is combined where it lies.
 *
 * <pre>{@code
 * AggregationRule.parse("krum(f=1)")
 *         .aggregate(new float[][] {{0}, {1}, {2}, {3}, {99}}, null)  ->  [1]
 * }</pre>
 */
public final class AggregationRule {

    private final List<Spec> specification;
    private final RowSteps steps;
    private final FinalRule rule;

    private AggregationRule(List<Spec> specification, RowSteps steps, FinalRule rule) {
        this.specification = specification;
        this.steps = steps;
        this.rule = rule;
    }

    /**
     * Reads a rule from its specification; {@link RuleCatalogue} lists the names.
     *
     * @throws IllegalArgumentException if there is no such rule or step, a parameter is out of
     *     range, or the stages do not fit together
     */
    public static AggregationRule parse(String specification) {
        var specs = RuleCatalogue.completed(Spec.parsePipeline(specification));
        var last = specs.get(specs.size() - 1);
        checkArgument(
                !RuleCatalogue.isStep(last),
                "'%s' is a step before a rule; put one behind it, for instance '%s | mean'",
                last,
                last);
        var steps = new ArrayList<RowStep>();
        specs.subList(0, specs.size() - 1).forEach(spec -> steps.add(RuleCatalogue.step(spec)));
        steps.addAll(RuleCatalogue.stepsWithin(last));
        var parsed =
                new AggregationRule(specs, new RowSteps(specs, steps), RuleCatalogue.rule(last));
        parsed.checkStages(steps);
        return parsed;
    }

    private void checkStages(List<RowStep> stages) {
        var reason = rule instanceof LinearRule linear ? linear.whyAlone() : null;
        checkArgument(
                reason == null || stages.isEmpty(),
                "'%s': %s %s; no step can stand before it",
                this,
                specification.get(specification.size() - 1).name(),
                reason);
        checkArgument(
                weighted() || stages.stream().noneMatch(RowStep::changesWeights),
                "'%s': a step sets weights, and what is behind it counts rows; leave the step out",
                this);
        for (int k = 0; k < stages.size(); k++) {
            if (!stages.get(k).keepsPlaces()) {
                checkNothingLooksUpSilosBehind(stages, k);
            }
        }
    }

    private void checkNothingLooksUpSilosBehind(List<RowStep> stages, int step) {
        for (int k = step + 1; k < specification.size(); k++) {
            var stage = k < specification.size() - 1 ? stages.get(k) : rule;
            checkArgument(
                    !stage.looksUpSilos(),
                    "'%s': %s has to know which silo a row is from, and behind %s no row is from"
                            + " one silo; put it first or leave one out",
                    this,
                    specification.get(k).name(),
                    specification.get(step).name());
        }
    }

    /** The rule that can add rows as they come, if this is one. */
    public Optional<FoldingRule> folding() {
        return steps.isEmpty() && rule instanceof FoldingRule folding
                ? Optional.of(folding)
                : Optional.empty();
    }

    /** What has to be known of the rows. */
    public Evidence evidence() {
        return steps.evidence(rule.evidence());
    }

    /** What is kept from one round to the next. */
    public Kept keeps() {
        return rule instanceof LinearRule linear ? linear.keeps() : Kept.NOTHING;
    }

    /** Rows that are combined for a cohort of this size: one more if there is a centre. */
    public int rowsToCombine(int cohort) {
        return keeps() == Kept.CENTRE ? cohort + 1 : cohort;
    }

    /**
     * Rows that are combined, and whose inner products are weighed unless it keeps histories: the
     * cohort's, and behind them the centre if it keeps one.
     *
     * @param centre what it has kept, as long as the rows; null before the first round: zeros
     */
    public RowSource rowsToCombine(RowSource rows, float @Nullable [] centre) {
        if (keeps() != Kept.CENTRE) {
            return rows;
        }
        var last = centre == null ? new float[rows.length()] : centre;
        return new StackedRows(rows, new FloatRows(new float[][] {last}));
    }

    /** Whether it has a well-founded meaning for silos of unequal weight. */
    public boolean weighted() {
        return steps.weighted() && (steps.levelsWeights() || rule.weighted());
    }

    /** Whether a coordinate-wise rule works on combinations of rows, by a matrix. */
    public boolean mixesRows() {
        return rule instanceof CoordinateWiseRule && !steps.diagonal();
    }

    /** Whether it weighs by the losses that silos claim. */
    public boolean readsLosses() {
        return rule.readsLosses();
    }

    /** Whether its result is noised, for which a {@link NoiseSource} is needed. */
    public boolean addsNoise() {
        return noiseMultiplier() > 0;
    }

    /**
     * Standard deviation of the noise in every version, in units of the most that one silo can move
     * it: what a privacy accountant asks for.
     *
     * @return 0 for a rule without noise
     */
    public double noiseMultiplier() {
        return rule instanceof LinearRule linear ? linear.noiseMultiplier() : 0;
    }

    /** Rows, by name, without which it is not defined. */
    public List<String> requiredRows() {
        var required = new ArrayList<>(rule.requiredRows());
        required.addAll(steps.requiredRows());
        return required;
    }

    /**
     * Refuses numbers of planned silos for which the rule is not defined, whoever comes.
     *
     * @throws IllegalArgumentException naming the rule, the bound and the number
     */
    public void checkPlanned(int silos) {
        check(silos);
        if (rule instanceof LinearRule linear) {
            linear.checkPlanned(silos);
        }
    }

    /**
     * Refuses rows for which some stage is not defined.
     *
     * @throws IllegalArgumentException naming the stage and its bound, or the row that is missing
     */
    public void check(List<String> names) {
        check(names.size());
        for (var required : requiredRows()) {
            checkArgument(
                    names.contains(required),
                    "'%s' needs row '%s', which is not among %s",
                    this,
                    required,
                    names);
        }
    }

    /**
     * Refuses a number of rows for which some stage is not defined.
     *
     * @throws IllegalArgumentException naming the stage and its bound
     */
    public void check(int rows) {
        int reached = steps.rowsAfter(rows);
        try {
            rule.check(reached);
        } catch (IllegalArgumentException e) {
            throw RowSteps.explained(e, reached, rows);
        }
    }

    /**
     * The same rule with every {@code f} lowered to the largest common bound for which it is
     * defined for this many rows.
     *
     * @return empty if there is none
     */
    public Optional<AggregationRule> lowered(int rows) {
        int largest = specification.stream().mapToInt(s -> s.integer("f", 0)).max().orElse(0);
        for (int f = Math.min(largest - 1, rows); f >= 0; f--) {
            int bound = f;
            var lowered =
                    String.join(
                            " | ",
                            specification.stream()
                                    .map(s -> s.atMost("f", bound).toString())
                                    .toList());
            var rule = parse(lowered);
            if (rule.isDefinedFor(rows)) {
                return Optional.of(rule);
            }
        }
        return Optional.empty();
    }

    private boolean isDefinedFor(int rows) {
        try {
            check(rows);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /**
     * The first half: decides from the rows' inner products what the combined delta is made of.
     *
     * @param gram of the cohort's rows as far as {@link #evidence()} asks for it; with the centre
     *     as one more row, or of the histories, if the rule {@link #keeps()} them
     * @throws IllegalArgumentException if the rule is not defined for this cohort
     */
    public Weighing weigh(Gram gram, Cohort cohort, RoundFacts facts) {
        check(cohort.names());
        checkArgument(
                weighted() || cohort.isUniform(),
                "'%s' has no well-founded form for unequal weights: it counts rows, or"
                        + " weighs them itself; use equal weights, or average=weighted where the"
                        + " rule takes it",
                this);
        var mixed = steps.mix(gram, cohort, facts);
        var whole = mixed.mixing().withMore(gram.rows() - cohort.size());
        if (rule instanceof CoordinateWiseRule) {
            return new Weighing(
                    null,
                    mixed.mixing().isIdentity() ? null : mixed.mixing(),
                    mixed.cohort().weights(),
                    mixed.factor(),
                    mixed.selected(),
                    0,
                    Map.of());
        }
        var found = ((LinearRule) rule).weigh(gram.mixed(whole), mixed.cohort(), facts);
        return new Weighing(
                whole.combine(found.values()),
                null,
                null,
                mixed.factor(),
                found.selected(),
                found.noiseDeviation(),
                found.scalars());
    }

    /**
     * The second half, for one piece of the model: the combined delta without {@link
     * Weighing#factor()} and without noise.
     *
     * @param rows the piece of every row, and of the centre behind them if the rule keeps one
     */
    public double[] combine(RowSource rows, Weighing weighing) {
        return combine(rows, weighing, 1);
    }

    /**
     * The second half by several threads, to the same bits.
     *
     * @param threads how many share the work, the caller's included
     */
    public double[] combine(RowSource rows, Weighing weighing, int threads) {
        if (rule instanceof CoordinateWiseRule coordinateWise) {
            var mixing = weighing.mixing();
            return Passes.columns(
                    rows,
                    mixing == null ? null : mixing.toArrays(),
                    () -> coordinateWise.combiner(weighing.weights()),
                    threads);
        }
        return Passes.combination(rows, weighing.coefficients(), threads);
    }

    /**
     * Aggregates whole rows, without a past.
     *
     * @param rows {@code [n][d]} float32, no NaN; read only
     * @param weights one per row, above 0; null for equal weights
     * @return {@code [d]} float64
     * @throws IllegalArgumentException if the rule has no defined answer for these rows
     */
    public double[] aggregate(float[][] rows, double @Nullable [] weights) {
        var cohort = weights == null ? Cohort.uniform(rows.length) : Cohort.weighted(weights);
        return aggregate(rows, cohort, RoundFacts.first(rows.length), RuleState.NONE).result();
    }

    /**
     * Aggregates whole rows.
     *
     * @param rows {@code [n][d]} float32, no NaN; read only
     * @throws IllegalArgumentException if the rule has no defined answer for these rows
     */
    public Aggregation aggregate(float[][] rows, Cohort cohort, RoundFacts facts, RuleState state) {
        return aggregate(rows, cohort, facts, state, 1);
    }

    /**
     * Aggregates whole rows by several threads, to the same bits.
     *
     * @param threads how many share the work, the caller's included
     */
    public Aggregation aggregate(
            float[][] rows, Cohort cohort, RoundFacts facts, RuleState state, int threads) {
        return new WholeRows(this, new FloatRows(rows), cohort, facts, state, threads).aggregate();
    }

    @Override
    public String toString() {
        return String.join(" | ", specification.stream().map(Spec::toString).toList());
    }
}
