package io.tributary.operators.rule;

import static io.tributary.operators.Preconditions.checkArgument;

import io.tributary.operators.kernel.FloatRows;
import io.tributary.operators.kernel.Passes;
import java.util.HashMap;
import java.util.Map;

/**
 * One aggregation of rows that are all here: both halves, and what is kept for the next round.
 *
 * @param threads how many share the work, the caller's included
 */
record WholeRows(
        AggregationRule rule,
        FloatRows rows,
        Cohort cohort,
        RoundFacts facts,
        RuleState state,
        int threads) {

    WholeRows {
        checkArgument(
                rows.rows() == cohort.size(),
                "%s rows were given for a cohort of %s",
                rows.rows(),
                cohort.size());
        for (int i = 0; i < rows.rows(); i++) {
            checkNumbers("row " + i, rows.values()[i]);
        }
    }

    Aggregation aggregate() {
        rule.check(rows.rows());
        var histories = histories();
        var weighing = rule.weigh(gram(histories), cohort, facts);
        var combiner = new PieceCombiner(rule, rule, weighing, facts.round(), facts.noise());
        var combined = combiner.combine(0, rows, state.centre(), threads);
        checkNumbers(combined.delta());
        return new Aggregation(
                combined.delta(),
                weighing,
                new RuleState(combined.centre(), histories, weighing.scalars()));
    }

    private void checkNumbers(double[] result) {
        for (int j = 0; j < result.length; j++) {
            checkArgument(
                    !Double.isNaN(result[j]),
                    "'%s' has no defined answer for these rows: infinite values meet in coordinate"
                            + " %s",
                    rule,
                    j);
        }
    }

    private Gram gram(Map<String, float[]> histories) {
        return switch (rule.evidence()) {
            case COHORT -> Gram.unknown(rows.rows());
            case NORMS, PRODUCTS -> {
                var measured =
                        rule.keeps() == Kept.HISTORIES
                                ? new FloatRows(
                                        cohort.names().stream()
                                                .map(histories::get)
                                                .toArray(float[][]::new))
                                : rule.rowsToCombine(rows, state.centre());
                yield Gram.ofPacked(measured.rows(), Passes.products(measured, threads));
            }
        };
    }

    private Map<String, float[]> histories() {
        if (rule.keeps() != Kept.HISTORIES) {
            return Map.of();
        }
        var next = new HashMap<>(state.histories());
        for (int i = 0; i < rows.rows(); i++) {
            var row = rows.values()[i];
            var before = state.histories().get(cohort.names().get(i));
            var sum = row.clone();
            if (before != null) {
                checkArgument(
                        before.length == row.length,
                        "the history of row %s has %s values, the row has %s",
                        cohort.names().get(i),
                        before.length,
                        row.length);
                for (int j = 0; j < sum.length; j++) {
                    sum[j] += before[j];
                }
            }
            next.put(cohort.names().get(i), sum);
        }
        return next;
    }

    static void checkNumbers(String what, float[] values) {
        int j = Passes.firstNan(values);
        checkArgument(
                j == values.length,
                "%s is not a number at coordinate %s: no rule has a defined answer",
                what,
                j);
    }
}
