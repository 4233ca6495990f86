package io.tributary.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DemoRecipeTest {

    @ParameterizedTest
    @CsvSource({"2, 1", "2, 3", "4, 3", "4, 10", "7, 2", "16, 10"})
    void localStepsAreAGeometricLadderOfTheSameMean(int silos, double spread) {
        var steps = ladder(silos, spread);

        double mean = steps.stream().mapToInt(Integer::intValue).average().orElseThrow();
        assertThat(mean).isCloseTo((double) DemoRecipe.MEAN_LOCAL_STEPS, within(0.5));
        assertThat(steps).isSorted();
        double idlest = steps.get(0);
        double busiest = steps.get(silos - 1);
        // Each end is rounded to a whole step.
        assertThat((busiest + 0.5) / (idlest - 0.5)).isGreaterThanOrEqualTo(spread);
        assertThat((busiest - 0.5) / (idlest + 0.5)).isLessThanOrEqualTo(spread);
        for (int i = 1; i + 1 < silos; i++) {
            double above = steps.get(i + 1);
            double below = steps.get(i - 1);
            assertThat((double) steps.get(i)).isCloseTo(Math.sqrt(above * below), within(1.0));
        }
    }

    @Test
    void aSiloAloneTakesTheMean() {
        assertThat(ladder(1, 10)).containsExactly(DemoRecipe.MEAN_LOCAL_STEPS);
    }

    @Test
    void nobodyIsWithoutWork() {
        assertThat(ladder(64, 100)).allSatisfy(steps -> assertThat(steps).isPositive());
    }

    private static List<Integer> ladder(int silos, double spread) {
        var names = new ArrayList<String>();
        for (int i = 0; i < silos; i++) {
            names.add("silo-%02d".formatted(i));
        }
        var steps = DemoRecipe.localSteps(names, spread);
        assertThat(steps.keySet()).containsExactlyElementsOf(names);
        return List.copyOf(steps.values());
    }
}
