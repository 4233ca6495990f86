package io.tributary.tests.bench;

import io.tributary.schemas.model.Block;
import io.tributary.schemas.model.ModelLayout;
import io.tributary.schemas.model.ParameterBuffer;
import io.tributary.schemas.model.Slot;
import io.tributary.schemas.model.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The model that {@code bench silo} moves: blocks of one tensor each, as large as a wide layer, in
 * chunks as large as they may be. Its values are drawn from a seed and mean nothing.
 *
 * @param parameters how many values
 */
record SiloModel(int parameters) {

    static final String NAME = "main";

    private static final int BLOCK = 12_000_000;

    ModelLayout layout() {
        var blocks = new ArrayList<Block>();
        for (int from = 0; from < parameters; from += BLOCK) {
            int elements = Math.min(BLOCK, parameters - from);
            var name = "block-" + blocks.size();
            blocks.add(
                    new Block(
                            name,
                            Slot.WEIGHTS,
                            List.of(new TensorSpec(name + ".weight", List.of(elements)))));
        }
        return new ModelLayout(blocks, ModelLayout.MAX_CHUNK_ELEMENTS).validated();
    }

    /** Values between -1 and 1. */
    ParameterBuffer values(long seed) {
        var values = ParameterBuffer.allocate(layout());
        var random = new SplittableRandom(seed);
        for (var span : values.layout().chunks()) {
            var chunk = new float[span.elements()];
            for (int i = 0; i < chunk.length; i++) {
                chunk[i] = random.nextInt() * 0x1p-31f;
            }
            values.chunk(span.chunk()).put(chunk);
        }
        return values;
    }
}
