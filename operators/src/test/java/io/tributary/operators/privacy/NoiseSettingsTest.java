package io.tributary.operators.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NoiseSettingsTest {

    private static final String SECRET = "swordfish-swordfish-swordfish-swordfish";

    @Test
    void theSecretIsNeverShown() {
        var settings = new NoiseSettings(SECRET, 1e-6);

        assertThat(settings.toString())
                .doesNotContain("swordfish")
                .contains("hidden")
                .contains("1.0E-6");
        assertThat(settings.source("main").toString()).doesNotContain("swordfish");
        assertThat(NoiseSettings.NONE.toString()).contains("secret=none");
    }

    @Test
    void aSecretThatCouldBeGuessedIsRefusedWithoutBeingShown() {
        assertThatThrownBy(() -> new NoiseSettings("swordfish", 1e-5))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("has 9 bytes")
                .hasMessageNotContaining("swordfish");
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 1, -1, 2, Double.NaN})
    void deltaIsAProbabilityBetweenTheExtremes(double delta) {
        assertThatThrownBy(() -> new NoiseSettings(null, delta))
                .hasMessageContaining("delta of the privacy loss must be in (0, 1)");
    }

    @Test
    void everyModelHasNoiseOfItsOwnAndThereIsNoneWithoutASecret() {
        var settings = new NoiseSettings(SECRET, 1e-5);
        assertThat(noise(settings, "main"))
                .isEqualTo(noise(new NoiseSettings(SECRET, 1e-9), "main"))
                .isNotEqualTo(noise(settings, "other"))
                .isNotEqualTo(noise(new NoiseSettings(SECRET + "s", 1e-5), "main"));
        assertThat(NoiseSettings.NONE.source("main")).isNull();
    }

    private static String noise(NoiseSettings settings, String model) {
        var values = new double[4];
        settings.source(model).addTo(values, 1, 1, 0);
        return Arrays.toString(values);
    }
}
