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
                .isEqualTo("75a30a7a1464cd7af38fac7ebdf66f26122e8f832b3ca8e2c467d5fa8a959270");
    }

    @Test
    void deviationsAreThoseOfGpt2AtItsWidthAndGrowAsTheModelNarrows() {
        var wide = ModelInitializer.initialize(new Architecture(50, 50, 1, 1, 768), 1000, 1);
        assertThat(deviation(wide, "transformer.wte.weight")).isCloseTo(0.02, within(0.0005));

        var parameters = ModelInitializer.initialize(architecture, 1000, 1);
        double narrow = 0.02 * Math.sqrt(768 / 32.0);
        assertThat(deviation(parameters, "transformer.wte.weight"))
                .isCloseTo(narrow, within(narrow / 20));
        assertThat(deviation(parameters, "transformer.h.0.mlp.c_fc.weight"))
                .isCloseTo(narrow, within(narrow / 20));
        assertThat(deviation(parameters, "transformer.h.1.mlp.c_proj.weight"))
                .isCloseTo(narrow / 2, within(narrow / 40)); // 1 / sqrt(2 * 2 layers)
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
