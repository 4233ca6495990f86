package io.tributary.silo.model;

import io.tributary.schemas.model.ParameterBuffer;
import io.tributary.silo.random.SplitMix64;

/**
 * The first values of a model, from a seed: the same bits on every machine.
 *
 * <p>As in GPT-2: weights are normal, biases zero, norm gains one; the two projections of each
 * layer that add to the residual stream are smaller by {@code sqrt(2 layers)}, so that the stream's
 * variance does not grow with depth. The standard deviation is GPT-2's 0.02 at its width of 768 and
 * {@code 0.02 sqrt(768 / width)} at others, so that a layer's output varies as much whatever the
 * width: narrow models learn far faster than from 0.02.
 *
 * <p>Every tensor has a random stream of its own, keyed by its name, so a tensor's values do not
 * depend on what else the model holds.
 */
public final class ModelInitializer {

    private static final double GPT2_DEVIATION = 0.02;
    private static final double GPT2_WIDTH = 768;

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
        double deviation = GPT2_DEVIATION * StrictMath.sqrt(GPT2_WIDTH / architecture.width());
        return name.endsWith(".c_proj.weight")
                ? deviation / StrictMath.sqrt(2.0 * architecture.layers())
                : deviation;
    }
}
