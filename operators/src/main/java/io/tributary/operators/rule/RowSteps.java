package io.tributary.operators.rule;

import static io.tributary.operators.Preconditions.checkArgument;

import io.tributary.operators.kernel.FloatRows;
import io.tributary.operators.kernel.Passes;
import io.tributary.operators.spec.Spec;
import java.util.List;

/**
 * Steps without a rule behind them, as in {@code clipping(c=1) | nnm(f=2)}: what a rule would see
 * of the rows.
 *
 * <pre>{@code
 * RowSteps.parse("fednova").apply(rows, cohort, facts).rows()  ->  row i / normalizer_i
 * }</pre>
 */
public final class RowSteps {

    private final List<Spec> specification;
    private final List<RowStep> steps;

    RowSteps(List<Spec> specification, List<RowStep> steps) {
        this.specification = specification;
        this.steps = List.copyOf(steps);
    }

    /**
     * What steps make of rows.
     *
     * @param rows {@code [m][d]} float64; a rule would see them rounded to float32
     * @param mixed how they were made, and what is known of them
     */
    public record Stepped(double[][] rows, RowStep.Mixed mixed) {}

    /**
     * Whether a specification ends in a step, so that it is no rule. A name that is both, like
     * {@code fednova}, is a rule at the end.
     *
     * @throws IllegalArgumentException if it is not of the form of a specification
     */
    public static boolean endsInStep(String specification) {
        var specs = Spec.parsePipeline(specification);
        return RuleCatalogue.isStep(specs.get(specs.size() - 1));
    }

    /**
     * Reads steps from their specification.
     *
     * @throws IllegalArgumentException if one of them is no step, or a parameter is out of range
     */
    public static RowSteps parse(String specification) {
        var specs = Spec.parsePipeline(specification);
        return new RowSteps(specs, specs.stream().map(RuleCatalogue::step).toList());
    }

    /**
     * Applies the steps to whole rows.
     *
     * @param rows {@code [n][d]} float32, no NaN; read only
     * @throws IllegalArgumentException if a step is not defined for these rows
     */
    public Stepped apply(float[][] rows, Cohort cohort, RoundFacts facts) {
        var matrix = new FloatRows(rows);
        checkArgument(
                rows.length == cohort.size(),
                "%s rows were given for a cohort of %s",
                rows.length,
                cohort.size());
        for (int i = 0; i < rows.length; i++) {
            WholeRows.checkNumbers("row " + i, rows[i]);
        }
        check(cohort);
        var mixed = mix(gram(matrix), cohort, facts);
        var coefficients = mixed.mixing().toArrays();
        var result = new double[coefficients.length][];
        for (int i = 0; i < result.length; i++) {
            result[i] = Passes.combination(matrix, coefficients[i]);
            for (int j = 0; j < result[i].length; j++) {
                checkArgument(
                        !Double.isNaN(result[i][j]),
                        "'%s' has no defined answer for these rows: row %s is not a number at"
                                + " coordinate %s",
                        this,
                        i,
                        j);
            }
        }
        return new Stepped(result, mixed);
    }

    private void check(Cohort cohort) {
        checkArgument(
                cohort.isUniform() || weighted(),
                "'%s' has no well-founded form for unequal weights: it counts rows, or"
                        + " weighs them itself; use equal weights, or average=weighted where the"
                        + " rule takes it",
                this);
        var unused = rowsAfter(cohort.size());
    }

    private Gram gram(FloatRows rows) {
        return evidence(Evidence.COHORT) == Evidence.COHORT
                ? Gram.unknown(rows.rows())
                : Gram.ofPacked(rows.rows(), Passes.products(rows));
    }

    boolean isEmpty() {
        return steps.isEmpty();
    }

    /** Whether every step that unequal weights reach has a well-founded meaning for them. */
    boolean weighted() {
        for (var step : steps) {
            if (!step.weighted()) {
                return false;
            }
            if (!step.keepsPlaces()) {
                return true; // rows that are no silo's any more are of equal weight
            }
        }
        return true;
    }

    /** Whether unequal weights are gone behind the steps. */
    boolean levelsWeights() {
        return steps.stream().anyMatch(step -> !step.keepsPlaces());
    }

    /** Whether every step at most scales rows. */
    boolean diagonal() {
        return steps.stream().allMatch(RowStep::diagonal);
    }

    /** Rows, by name, without which some step is not defined. */
    List<String> requiredRows() {
        return steps.stream().flatMap(step -> step.requiredRows().stream()).toList();
    }

    /**
     * How many rows come out.
     *
     * @throws IllegalArgumentException if some step is not defined for the rows that reach it
     */
    int rowsAfter(int rows) {
        int n = rows;
        for (var step : steps) {
            try {
                step.check(n);
            } catch (IllegalArgumentException e) {
                throw explained(e, n, rows);
            }
            n = step.rowsAfter(n);
        }
        return n;
    }

    /** The refusal of a stage that is reached by other rows than those that were given. */
    static IllegalArgumentException explained(IllegalArgumentException e, int left, int given) {
        return left == given
                ? e
                : new IllegalArgumentException(
                        "%s (the steps before leave %s of %s rows)"
                                .formatted(e.getMessage(), left, given),
                        e);
    }

    /** What has to be known of the rows, for the steps and for what is asked of the rows after. */
    Evidence evidence(Evidence after) {
        var needed = after;
        for (int k = steps.size() - 1; k >= 0; k--) {
            var step = steps.get(k);
            if (needed != Evidence.COHORT && !step.diagonal()) {
                needed = Evidence.PRODUCTS;
            }
            needed = needed.and(step.evidence());
        }
        return needed;
    }

    /**
     * All steps as one.
     *
     * @param gram of the rows; rows beyond the cohort's, such as a centre, are let through
     */
    RowStep.Mixed mix(Gram gram, Cohort cohort, RoundFacts facts) {
        var reached = gram;
        var whole = RowStep.Mixed.of(Mixing.identity(cohort.size()), cohort);
        int more = gram.rows() - cohort.size();
        for (var step : steps) {
            var mixed = step.mix(reached, whole.cohort(), facts);
            reached = reached.mixed(mixed.mixing().withMore(more));
            whole =
                    new RowStep.Mixed(
                            mixed.mixing().after(whole.mixing()),
                            mixed.cohort(),
                            whole.factor() * mixed.factor(),
                            mixed.selected());
        }
        return whole;
    }

    @Override
    public String toString() {
        return String.join(" | ", specification.stream().map(Spec::toString).toList());
    }
}
