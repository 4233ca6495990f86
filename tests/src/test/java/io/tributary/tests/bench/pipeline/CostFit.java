package io.tributary.tests.bench.pipeline;

import java.util.List;
import java.util.function.ToDoubleFunction;
import org.apache.commons.math3.stat.regression.OLSMultipleLinearRegression;

/**
 * A cost of a round as a linear function of the model's size and of the number of silos, fitted by
 * least squares of the relative deviations: a small case counts as much as a large one.
 *
 * <pre>{@code cost = fixed + perParameter * parameters + perValue * parameters * silos}</pre>
 *
 * @param fixed of every round
 * @param perParameter of every parameter: stepping and writing
 * @param perValue of every value of an update: reading and adding
 * @param worst largest relative deviation of a case that it was fitted to
 */
record CostFit(double fixed, double perParameter, double perValue, double worst) {

    private static final int UNKNOWNS = 3;

    /**
     * @param results at least four cases of different sizes and numbers of silos
     * @param cost what a round of a case has cost
     */
    static CostFit of(List<PipelineResult> results, ToDoubleFunction<PipelineResult> cost) {
        if (results.size() <= UNKNOWNS) {
            throw new IllegalArgumentException(
                    "a fit of %s costs needs more cases than %s"
                            .formatted(UNKNOWNS, results.size()));
        }
        var costs = new double[results.size()];
        var sizes = new double[results.size()][];
        for (int i = 0; i < costs.length; i++) {
            var pipeline = results.get(i).pipeline();
            double measured = cost.applyAsDouble(results.get(i));
            costs[i] = 1;
            sizes[i] =
                    new double[] {
                        1 / measured,
                        pipeline.parameters() / measured,
                        (double) pipeline.parameters() * pipeline.silos() / measured
                    };
        }
        var regression = new OLSMultipleLinearRegression();
        regression.setNoIntercept(true);
        regression.newSampleData(costs, sizes);
        double[] found = regression.estimateRegressionParameters();
        double worst = 0;
        for (double residual : regression.estimateResiduals()) {
            worst = Math.max(worst, Math.abs(residual));
        }
        return new CostFit(found[0], found[1], found[2], worst);
    }

    double predict(double parameters, int silos) {
        return fixed + perParameter * parameters + perValue * parameters * silos;
    }
}
