package io.tributary.silo.model;

import io.tributary.schemas.model.ParameterBuffer;
import io.tributary.silo.random.SplitMix64;

/**
 * The first values of a model, from a seed: the same bits on every machine.
 *
 * <p>As in GPT-2: weights are normal with standard deviation 0.02, biases zero, norm gains one; the
 * two projections of each layer that add to the residual stream get {@code 0.02 / sqrt(2 layers)},
 * so that the stream's variance does not grow with depth. Every tensor has a random stream of its
 * own, keyed by its name, so a tensor's values do not depend on what else the model holds.
 */
public final class ModelInitializer {

    private static final double STANDARD_DEVIATION = 0.02;

    private ModelInitializer() {}

    /** A new model of this architecture. */
    public static ParameterBuffer initialize(
            Architecture architecture, int chunkElements, long seed) {
        var layout = architecture.layout(chunkElements);
        var parameters = ParameterBuffer.allocate(layout);
        for (var block : layout.blocks()) {
            for (var tensor : block.tensors()) {
                var name = tensor.name();
                var values = parameters.tensor(name).asFloatBuffer();
                if (tensor.shape().size() > 1) {
                    double scale = deviation(name, architecture);
                    var random = SplitMix64.keyed(seed, SplitMix64.key(name));
                    while (values.hasRemaining()) {
                        values.put((float) (scale * random.nextGaussian()));
                    }
                } else if (name.endsWith(".weight")) { // gain of a norm
                    while (values.hasRemaining()) {
                        values.put(1);
                    }
                }
            }
        }
        return parameters;
    }

    private static double deviation(String name, Architecture architecture) {
        return name.endsWith(".c_proj.weight")
                ? STANDARD_DEVIATION / StrictMath.sqrt(2.0 * architecture.layers())
                : STANDARD_DEVIATION;
    }
}
