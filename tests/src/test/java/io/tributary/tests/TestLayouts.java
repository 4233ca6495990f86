package io.tributary.tests;

import io.tributary.schemas.model.Block;
import io.tributary.schemas.model.ModelLayout;
import io.tributary.schemas.model.Slot;
import io.tributary.schemas.model.TensorSpec;
import java.util.List;

/** Small models. */
final class TestLayouts {

    private TestLayouts() {}

    /** Two blocks of 700 and 330 values in chunks of 100: eleven chunks, one of them short. */
    static ModelLayout elevenChunks() {
        return new ModelLayout(
                        List.of(
                                block("first", "a", List.of(70, 10)),
                                block("second", "b", List.of(330))),
                        100)
                .validated();
    }

    /** One vector of {@code d} values in chunks of 4. */
    static ModelLayout vector(int d) {
        return new ModelLayout(List.of(block("all", "w", List.of(d))), 4).validated();
    }

    private static Block block(String name, String tensor, List<Integer> shape) {
        return new Block(name, Slot.WEIGHTS, List.of(new TensorSpec(tensor, shape)));
    }
}
