package io.tributary.operators.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class RowStepsTest {

    private static final Cohort WORKED_1_AND_4 =
            new Cohort(
                    List.of("a", "b"),
                    new double[] {1, 1},
                    new double[] {1, 4},
                    new double[] {0, 0});

    private static RowSteps.Stepped apply(String steps, float[][] rows) {
        return RowSteps.parse(steps)
                .apply(rows, WORKED_1_AND_4, RoundFacts.first(WORKED_1_AND_4.size()));
    }

    @Test
    void aStepGivesTheRowsThatARuleWouldSee() {
        var stepped = apply("fednova", new float[][] {{1, 2}, {4, 8}});

        assertThat(stepped.rows()).isDeepEqualTo(new double[][] {{1, 2}, {1, 2}});
        assertThat(stepped.mixed().mixing().toArrays())
                .isDeepEqualTo(new double[][] {{1, 0}, {0, 0.25}});
        assertThat(stepped.mixed().factor()).isEqualTo(2.5);
    }

    @Test
    void stepsFollowEachOther() {
        var stepped = apply("fednova | fednova", new float[][] {{1}, {16}});

        assertThat(stepped.rows()).isDeepEqualTo(new double[][] {{1}, {1}});
        assertThat(stepped.mixed().factor()).isEqualTo(6.25);
    }

    @Test
    void anInfiniteValueStaysWithItsRow() {
        var stepped = apply("fednova", new float[][] {{Float.NEGATIVE_INFINITY}, {4}});

        assertThat(stepped.rows()).isDeepEqualTo(new double[][] {{Double.NEGATIVE_INFINITY}, {1}});
    }

    @Test
    void aRuleAtTheEndIsNoStep() {
        assertThat(RowSteps.endsInStep("fednova | median")).isFalse();
        assertThat(RowSteps.endsInStep("fednova")).isFalse();
        assertThatThrownBy(() -> RowSteps.parse("fednova | median"))
                .hasMessageContaining("'median' is a rule");
        assertThatThrownBy(() -> RowSteps.parse("polish")).hasMessageContaining("unknown step");
    }

    @Test
    void rowsOfAnotherCohortAndRowsThatAreNoNumbersAreRefused() {
        assertThatThrownBy(() -> apply("fednova", new float[][] {{1}}))
                .hasMessage("1 rows were given for a cohort of 2");
        assertThatThrownBy(() -> apply("fednova", new float[][] {{1, 0}, {1, Float.NaN}}))
                .hasMessageContaining("row 1 is not a number at coordinate 1");
    }
}
