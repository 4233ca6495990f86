package io.tributary.operators.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AttackTest {

    private static final float[][] HONEST = {{2, -1}, {6, 5}};

    @ParameterizedTest
    @CsvSource({
        "sign-flip, -4, -2",
        "ipm(epsilon=0.5), -2, -1",
        "foe(epsilon=10), -40, -20",
        "alie(z=1), 6, 5",
        "alie(z=-0.5), 3, 0.5",
        "mimic, 2, -1",
        "mimic(row=1), 6, 5",
        "infinity, Infinity, Infinity",
    })
    void allFaultySilosSendTheSame(String attack, float first, float second) {
        assertThat(Attack.parse(attack).rows(HONEST, 3, 1))
                .isDeepEqualTo(new float[][] {{first, second}, {first, second}, {first, second}});
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sign-flip",
                "ipm",
                "foe",
                "alie(z=1)",
                "mimic",
                "gaussian",
                "infinity",
                "label-flip"
            })
    void nobodyFaultySendsNothing(String attack) {
        assertThat(Attack.parse(attack).rows(HONEST, 0, 1)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"11, 2, 0.1397", "11, 3, 0.3186", "50, 24, 1.4261", "10, 2, 0.0"})
    void alieGoesAsFarAsThePaperSays(int n, int f, double z) {
        assertThat(ALittleIsEnough.largestUnnoticed(n, f)).isCloseTo(z, within(1e-4));
    }

    @Test
    void alieNeedsSupportersUnlessItIsTold() {
        assertThatThrownBy(() -> Attack.parse("alie").rows(HONEST, 3, 1))
                .hasMessageContaining("3 faulty rows of 5 are a majority");
    }

    @Test
    void normalQuantilesAreThoseOfTheTables() {
        assertThat(NormalQuantile.of(0.5)).isCloseTo(0, within(1e-13));
        assertThat(NormalQuantile.of(0.975)).isCloseTo(1.959963984540054, within(1e-12));
        assertThat(NormalQuantile.of(0.01)).isCloseTo(-2.3263478740408408, within(1e-12));
        assertThat(NormalQuantile.of(1 - 1e-9)).isCloseTo(5.997807015, within(1e-6));
    }

    @Test
    void noiseIsAFunctionOfSeedAndRound() {
        var honest = new float[2][20_000];
        var rows = Attack.parse("gaussian(deviation=3, seed=5)").rows(honest, 2, 7);
        double squares = 0;
        for (float value : rows[0]) {
            squares += value * value;
        }
        assertThat(Math.sqrt(squares / 20_000)).isCloseTo(3, within(0.1));
        assertThat(rows[1]).isNotEqualTo(rows[0]);
        assertThat(Attack.parse("gaussian(deviation=3, seed=5)").rows(honest, 2, 7))
                .isDeepEqualTo(rows);
        assertThat(Attack.parse("gaussian(deviation=3, seed=5)").rows(honest, 2, 8)[0])
                .isNotEqualTo(rows[0]);
        assertThat(Attack.parse("gaussian(deviation=3, seed=6)").rows(honest, 2, 7)[0])
                .isNotEqualTo(rows[0]);
    }

    @Test
    void labelsAreFlippedWhereDataAre() {
        var attack = Attack.parse("label-flip");
        assertThat(attack.flipsLabels()).isTrue();
        assertThat(Attack.parse("mimic").flipsLabels()).isFalse();
        assertThat(LabelFlip.flip(0, 10)).isEqualTo(9);
        assertThat(LabelFlip.flip(LabelFlip.flip(3, 10), 10)).isEqualTo(3);
        assertThat(attack.rows(HONEST, 3, 1))
                .isDeepEqualTo(new float[][] {{2, -1}, {6, 5}, {2, -1}});
    }

    @Test
    void honestRowsAreLeftAsTheyAre() {
        var honest = new float[][] {{1, 2}, {3, 4}};
        for (var attack : new String[] {"mimic", "label-flip", "sign-flip"}) {
            Attack.parse(attack).rows(honest, 1, 1)[0][0] = 99;
        }
        assertThat(honest).isDeepEqualTo(new float[][] {{1, 2}, {3, 4}});
    }

    @Test
    void attacksThatCannotBeAreRefused() {
        assertThatThrownBy(() -> Attack.parse("bribe")).hasMessageContaining("unknown attack");
        assertThatThrownBy(() -> Attack.parse("ipm(epsilon=0)"))
                .hasMessageContaining("epsilon must be above 0");
        assertThatThrownBy(() -> Attack.parse("gaussian(deviation=-1)"))
                .hasMessageContaining("deviation must be above 0");
        assertThatThrownBy(() -> Attack.parse("sign-flip(z=1)"))
                .hasMessageContaining("it takes none");
        assertThatThrownBy(() -> Attack.parse("mimic(row=2)").rows(HONEST, 1, 1))
                .hasMessageContaining("row 2 of 2 honest rows");
    }
}
