package io.tributary.tests.drill;

import io.tributary.schemas.model.Block;
import io.tributary.schemas.model.ModelLayout;
import io.tributary.schemas.model.ParameterBuffer;
import io.tributary.schemas.model.Slot;
import io.tributary.schemas.model.TensorSpec;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The model a drill trains: numbers without a meaning, drawn from the seed.
 *
 * @param seed root of everything random
 * @param elements values
 * @param chunkElements values per chunk
 */
record DrillModel(long seed, int elements, int chunkElements) {

    static final String NAME = "main";

    /** 2 MiB in chunks of 64 KiB: an upload takes several requests, and a kill can fall between. */
    static DrillModel small(long seed) {
        return new DrillModel(seed, 512 * 1024, 16 * 1024);
    }

    ModelLayout layout() {
        return new ModelLayout(
                        List.of(
                                block("first", "a", elements / 4),
                                block("second", "b", elements - elements / 4)),
                        chunkElements)
                .validated();
    }

    private static Block block(String name, String tensor, int elements) {
        return new Block(name, Slot.WEIGHTS, List.of(new TensorSpec(tensor, List.of(elements))));
    }

    /** The parameters of version 0. */
    ParameterBuffer genesis() {
        var parameters = ParameterBuffer.allocate(layout());
        var random = new SplittableRandom(seed);
        for (int chunk = 0; chunk < parameters.layout().chunkCount(); chunk++) {
            var values = parameters.chunk(chunk);
            while (values.hasRemaining()) {
                values.put((float) random.nextDouble(-1, 1));
            }
        }
        return parameters;
    }
}
