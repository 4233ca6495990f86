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
        var matrix = withCentre();
        var weighing = rule.weigh(gram(matrix, histories), cohort, facts);
        var result = rule.combine(matrix, weighing, threads);
        var centre = rule.keeps() == Kept.CENTRE ? narrowed(result) : null;
        if (weighing.noiseDeviation() > 0) {
            facts.noise().addTo(result, weighing.noiseDeviation(), facts.round(), 0);
        }
        for (int j = 0; j < result.length; j++) {
            result[j] *= weighing.factor();
            checkArgument(
                    !Double.isNaN(result[j]),
                    "'%s' has no defined answer for these rows: infinite values meet in coordinate"
                            + " %s",
                    rule,
                    j);
        }
        return new Aggregation(
                result, weighing, new RuleState(centre, histories, weighing.scalars()));
    }

    private Gram gram(FloatRows matrix, Map<String, float[]> histories) {
        return switch (rule.evidence()) {
            case COHORT -> Gram.unknown(rows.rows());
            case NORMS, PRODUCTS -> {
                var measured =
                        rule.keeps() == Kept.HISTORIES
                                ? new FloatRows(
                                        cohort.names().stream()
                                                .map(histories::get)
                                                .toArray(float[][]::new))
                                : matrix;
                yield Gram.ofPacked(measured.rows(), Passes.products(measured, threads));
            }
        };
    }

    private FloatRows withCentre() {
        if (rule.keeps() != Kept.CENTRE) {
            return rows;
        }
        int n = rows.rows();
        var extended = new float[n + 1][];
        System.arraycopy(rows.values(), 0, extended, 0, n);
        extended[n] = state.centre() == null ? new float[rows.length()] : state.centre();
        return new FloatRows(extended);
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

    private static float[] narrowed(double[] values) {
        var narrow = new float[values.length];
        for (int j = 0; j < narrow.length; j++) {
            narrow[j] = (float) values[j];
        }
        return narrow;
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
