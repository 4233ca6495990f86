package io.tributary.silo.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tributary.schemas.model.ParameterBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class ModelInitializerTest {

    private final Architecture architecture = new Architecture(257, 64, 2, 4, 32);

    @Test
    void bitsAreTheSameOnEveryMachine() throws Exception {
        var parameters = ModelInitializer.initialize(architecture, 1000, 1);

        var sha = MessageDigest.getInstance("SHA-256");
        for (int b = 0; b < parameters.layout().blocks().size(); b++) {
            sha.update(parameters.block(b));
        }
        assertThat(HexFormat.of().formatHex(sha.digest()))
                .isEqualTo("3d63d07e849d1841e0ec9a1b67ae49d82ca94176ef82318a36bfe5d23e586abc");
    }

    @Test
    void deviationsAreThoseOfGpt2() {
        var parameters = ModelInitializer.initialize(architecture, 1000, 1);

        assertThat(deviation(parameters, "transformer.wte.weight")).isCloseTo(0.02, within(0.001));
        assertThat(deviation(parameters, "transformer.h.0.mlp.c_fc.weight"))
                .isCloseTo(0.02, within(0.001));
        assertThat(deviation(parameters, "transformer.h.1.mlp.c_proj.weight"))
                .isCloseTo(0.01, within(0.0005)); // 0.02 / sqrt(2 * 2 layers)
        assertThat(deviation(parameters, "transformer.h.1.mlp.c_proj.bias")).isZero();
        assertThat(parameters.tensor("transformer.h.0.ln_1.weight").getFloat(0)).isEqualTo(1);
        assertThat(parameters.tensor("transformer.ln_f.bias").getFloat(0)).isZero();
    }

    @Test
    void tensorsDoNotDependOnWhatElseTheModelHolds() {
        var deeper = new Architecture(257, 64, 3, 4, 32);

        assertThat(tensor(ModelInitializer.initialize(deeper, 7, 1), "transformer.wpe.weight"))
                .isEqualTo(
                        tensor(
                                ModelInitializer.initialize(architecture, 1000, 1),
                                "transformer.wpe.weight"));
        assertThat(
                        tensor(
                                ModelInitializer.initialize(architecture, 7, 2),
                                "transformer.wpe.weight"))
                .isNotEqualTo(
                        tensor(
                                ModelInitializer.initialize(architecture, 7, 1),
                                "transformer.wpe.weight"));
    }

    private static Object tensor(ParameterBuffer parameters, String name) {
        return parameters.tensor(name);
    }

    private static double deviation(ParameterBuffer parameters, String name) {
        var values = parameters.tensor(name).asFloatBuffer();
        double squares = 0;
        for (int i = 0; i < values.capacity(); i++) {
            squares += values.get(i) * values.get(i);
        }
        return Math.sqrt(squares / values.capacity());
    }
}
