package io.tributary.operators.figures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tributary.schemas.model.CohortMember;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConsensusTest {

    @Test
    void theExampleOfTheJavadoc() {
        var cohort = List.of(member(0.5, 3), member(0.5, 4));
        assertThat(Consensus.of(2.5, cohort)).isCloseTo(2.5 / 3.5, within(1e-15));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 64})
    void itIsOneIfAllAgreeAndOneOverTheRootAtRightAngles(int silos) {
        var cohort = new ArrayList<CohortMember>();
        for (int i = 0; i < silos; i++) {
            cohort.add(member(1.0 / silos, 3));
        }
        double mean = 3;
        double orthogonal = Math.sqrt(silos) * 3 / silos;

        assertThat(Consensus.of(mean, cohort)).isCloseTo(1, within(1e-12));
        assertThat(Consensus.of(orthogonal, cohort)).isCloseTo(1 / Math.sqrt(silos), within(1e-12));
        assertThat(Consensus.of(0, cohort)).isZero();
    }

    /** The norm of a weighted mean is at most the weighted mean of the norms. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void ofAWeightedMeanItIsBetweenZeroAndOneWhateverTheScaleOfDeltasAndWeights(long seed) {
        var random = new SplittableRandom(seed);
        int silos = random.nextInt(1, 9);
        var cohort = new ArrayList<CohortMember>();
        var scaled = new ArrayList<CohortMember>();
        var sum = new double[5];
        double total = 0;
        for (int i = 0; i < silos; i++) {
            double weight = random.nextDouble(0.1, 1);
            double squares = 0;
            for (int j = 0; j < sum.length; j++) {
                double value = random.nextDouble(-1, 1);
                sum[j] += weight * value;
                squares += value * value;
            }
            total += weight;
            cohort.add(member(weight, Math.sqrt(squares)));
            scaled.add(member(5 * weight, 1e-3 * Math.sqrt(squares)));
        }
        double combined = 0;
        for (double value : sum) {
            combined += value / total * (value / total);
        }
        double consensus = Consensus.of(Math.sqrt(combined), cohort);

        assertThat(consensus).isBetween(0.0, 1 + 1e-12);
        assertThat(Consensus.of(1e-3 * Math.sqrt(combined), scaled))
                .isCloseTo(consensus, within(1e-12));
    }

    @Test
    void thoseWhoChangeNothingAgree() {
        assertThat(Consensus.of(0, List.of(member(1, 0)))).isEqualTo(1);
    }

    private static CohortMember member(double weight, double norm) {
        return new CohortMember("acme", "", 1, 1, 0, weight, 1, 1, 1, norm, 1);
    }
}
