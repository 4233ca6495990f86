package io.tributary.tests.bench.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CostFitTest {

    private static final double FIXED = 0.25;
    private static final double PER_PARAMETER = 3e-9;
    private static final double PER_VALUE = 5e-10;

    @Test
    void aCostThatIsLinearIsFoundAndPredicted() {
        var fit = CostFit.of(cases(1), Results::seconds);

        assertThat(fit.fixed()).isCloseTo(FIXED, within(1e-9));
        assertThat(fit.perParameter()).isCloseTo(PER_PARAMETER, within(1e-15));
        assertThat(fit.perValue()).isCloseTo(PER_VALUE, within(1e-15));
        assertThat(fit.worst()).isLessThan(1e-9);
        assertThat(fit.predict(7e9, 64)).isCloseTo(cost(7_000_000_000L, 64), within(1e-6));
    }

    /** A small case that is off by a tenth moves the fit of the large ones by less than that. */
    @Test
    void whatIsOffIsOffByItsOwnMeasure() {
        var fit = CostFit.of(cases(1.1), Results::seconds);

        assertThat(fit.worst()).isBetween(0.01, 0.1);
        assertThat(fit.predict(100e6, 8)).isCloseTo(cost(100_000_000, 8), within(0.05));
    }

    @Test
    void threeCasesAreNotEnough() {
        assertThatThrownBy(() -> CostFit.of(cases(1).subList(0, 3), Results::seconds))
                .hasMessage("a fit of 3 costs needs more cases than 3");
    }

    private static List<PipelineResult> cases(double firstIsOffBy) {
        var cases = new ArrayList<PipelineResult>();
        for (long parameters : new long[] {1_000_000, 10_000_000, 100_000_000}) {
            for (int silos : new int[] {2, 8, 64}) {
                double off = cases.isEmpty() ? firstIsOffBy : 1;
                cases.add(Results.of(parameters, silos, off * cost(parameters, silos)));
            }
        }
        return cases;
    }

    private static double cost(long parameters, int silos) {
        return FIXED + PER_PARAMETER * parameters + PER_VALUE * parameters * silos;
    }
}
