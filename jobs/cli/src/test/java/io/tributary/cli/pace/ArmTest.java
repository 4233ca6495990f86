package io.tributary.cli.pace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ArmTest {

    @ParameterizedTest
    @CsvSource({"12, 4", "3, 4", "7, 3", "5, 2", "9, 8"})
    void everyArmMakesVersionsOfTheSameNumberOfUpdatesOrOfLessThanAVersionMore(
            int rounds, int silos) {
        for (var arm : Arm.values()) {
            int perVersion = arm.pace(silos, 0.5).quorumOf(silos);
            int updates = arm.versions(rounds, silos) * perVersion;
            assertThat(updates).isBetween(rounds * silos, rounds * silos + perVersion - 1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void anArmIsReadAsItIsWritten(Arm arm) {
        assertThat(Arm.parse(arm.toString())).isEqualTo(arm);
    }

    @Test
    void whatIsNoArmIsRefusedWithThoseThereAre() {
        assertThatThrownBy(() -> Arm.parse("lazy"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("there is no 'lazy'; there are wait, drop, asynchronous, overlapped");
    }
}
