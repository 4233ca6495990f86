package io.tributary.silo.model;

import static ai.djl.pytorch.jni.JniUtils.add;
import static ai.djl.pytorch.jni.JniUtils.addi;
import static ai.djl.pytorch.jni.JniUtils.bmm;
import static ai.djl.pytorch.jni.JniUtils.embedding;
import static ai.djl.pytorch.jni.JniUtils.gather;
import static ai.djl.pytorch.jni.JniUtils.gelu;
import static ai.djl.pytorch.jni.JniUtils.layerNorm;
import static ai.djl.pytorch.jni.JniUtils.linear;
import static ai.djl.pytorch.jni.JniUtils.logSoftmax;
import static ai.djl.pytorch.jni.JniUtils.mean;
import static ai.djl.pytorch.jni.JniUtils.mul;
import static ai.djl.pytorch.jni.JniUtils.permute;
import static ai.djl.pytorch.jni.JniUtils.reshape;
import static ai.djl.pytorch.jni.JniUtils.slice;
import static ai.djl.pytorch.jni.JniUtils.softmax;
import static ai.djl.pytorch.jni.JniUtils.split;
import static ai.djl.pytorch.jni.JniUtils.transpose;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import io.tributary.schemas.model.ModelLayout;
import io.tributary.schemas.model.ParameterBuffer;
import io.tributary.schemas.model.TensorSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Forward and backward pass of an {@link Architecture} over parameters that stay where they are:
 * the native engine reads the {@link ParameterBuffer}'s own memory.
 *
 * <p>Every pass lives in a native memory scope of its own, parameters included, and frees it before
 * it returns; nothing native is held between calls. The engine keeps its switch for recording
 * gradients per thread and nothing else is shared, so several silos train in one process, each on
 * its own thread. Not thread-safe itself.
 *
 * <p>When the process exits, it waits for the passes under way; passes that would begin later never
 * do.
 */
public final class Transformer {

    private final Architecture architecture;
    private final ModelLayout layout;
    private final ParameterBuffer parameters;
    private ByteBuffer causalMask = ByteBuffer.allocateDirect(0);
    private int causalMaskLength;

    /**
     * @param parameters values with the architecture's tensors; read during every pass
     * @throws IllegalArgumentException if the parameters are of another architecture
     */
    public Transformer(Architecture architecture, ParameterBuffer parameters) {
        this.architecture = architecture;
        this.layout = parameters.layout();
        this.parameters = parameters;
        if (!layout.blocks().equals(architecture.layout(layout.chunkElements()).blocks())) {
            throw new IllegalArgumentException(
                    "the parameters' layout %s is not that of the architecture %s"
                            .formatted(layout.digest(), architecture.toJson()));
        }
    }

    /**
     * Mean cross entropy of a batch and its gradient.
     *
     * @param gradients overwritten with the derivative by every parameter; same layout
     * @return mean cross entropy, nats per token
     */
    public double lossAndGradients(TokenBatch batch, ParameterBuffer gradients) {
        if (!gradients.layout().equals(layout)) {
            throw new IllegalArgumentException("gradients need the layout of the parameters");
        }
        return inPass(
                true,
                pass -> {
                    var picked = pass.targetLogProbabilities(batch);
                    var loss = JniUtils.neg(mean(picked));
                    var one = (PtNDArray) pass.manager.ones(new Shape());
                    JniUtils.backward(loss, one, false, false);
                    pass.weights.forEach((name, weight) -> copyGradient(name, weight, gradients));
                    return (double) loss.getFloat();
                });
    }

    /**
     * Cross entropy of every target.
     *
     * @return {@code [sequences * length]} nats
     */
    public float[] crossEntropies(TokenBatch batch) {
        return inPass(
                false, pass -> JniUtils.neg(pass.targetLogProbabilities(batch)).toFloatArray());
    }

    /**
     * Scores of the token that follows a sequence.
     *
     * @param tokens 1 to {@code contextLength} token ids
     * @return {@code [vocabularySize]} logits
     */
    public float[] nextTokenLogits(int[] tokens) {
        return inPass(
                false,
                pass -> {
                    var hidden = pass.hidden(tokens, 1, tokens.length);
                    var last = slice(hidden, 0, tokens.length - 1, tokens.length, 1);
                    return linear(last, pass.weight(Architecture.TOKEN_EMBEDDING), null)
                            .toFloatArray();
                });
    }

    private <T> T inPass(boolean recordGradients, PassBody<T> body) {
        return TorchEngine.run(() -> runPass(recordGradients, body));
    }

    private <T> T runPass(boolean recordGradients, PassBody<T> body) {
        try (var manager = TorchEngine.newManager()) {
            boolean recorded = JniUtils.isGradMode();
            JniUtils.setGradMode(recordGradients);
            try {
                return body.run(new Pass(manager, recordGradients));
            } finally {
                JniUtils.setGradMode(recorded);
            }
        }
    }

    private static void copyGradient(String name, PtNDArray weight, ParameterBuffer gradients) {
        var gradient = JniUtils.getGradient(weight);
        if (gradient == null) {
            throw new IllegalStateException("tensor %s got no gradient".formatted(name));
        }
        gradients.tensor(name).put(JniUtils.getByteBuffer(gradient, true));
    }

    /** Minus infinity above the diagonal, zero elsewhere: {@code [length, length]}. */
    private ByteBuffer causalMask(int length) {
        if (causalMaskLength != length) {
            causalMask =
                    ByteBuffer.allocateDirect(Math.multiplyExact(length * length, Float.BYTES))
                            .order(ByteOrder.nativeOrder());
            for (int row = 0; row < length; row++) {
                for (int column = row + 1; column < length; column++) {
                    causalMask.putFloat(
                            (row * length + column) * Float.BYTES, Float.NEGATIVE_INFINITY);
                }
            }
            causalMaskLength = length;
        }
        return causalMask.duplicate().order(ByteOrder.nativeOrder());
    }

    @FunctionalInterface
    private interface PassBody<T> {
        T run(Pass pass);
    }

    /** One forward pass. Shapes: B sequences, T positions, C width, H heads, D = C / H. */
    private final class Pass {

        private final PtNDManager manager;
        private final Map<String, PtNDArray> weights = new LinkedHashMap<>();

        Pass(PtNDManager manager, boolean recordGradients) {
            this.manager = manager;
            for (var block : layout.blocks()) {
                for (var tensor : block.tensors()) {
                    var weight =
                            manager.create(
                                    parameters.tensor(tensor.name()),
                                    shape(tensor),
                                    DataType.FLOAT32);
                    weight.setRequiresGradient(recordGradients);
                    weights.put(tensor.name(), weight);
                }
            }
        }

        PtNDArray weight(String name) {
            return weights.get(name);
        }

        /** {@code [B * T, 1]} log probability of every target. */
        PtNDArray targetLogProbabilities(TokenBatch batch) {
            var hidden = hidden(batch.inputs(), batch.sequences(), batch.length());
            var logits = linear(hidden, weight(Architecture.TOKEN_EMBEDDING), null);
            var targets = ids(batch.targets(), new Shape(batch.tokens(), 1));
            return gather(logSoftmax(logits, 1, DataType.FLOAT32), targets, 1);
        }

        /** {@code [B * T, C]} residual stream after the final norm. */
        PtNDArray hidden(int[] tokens, int sequences, int length) {
            if (length > architecture.contextLength()) {
                throw new IllegalArgumentException(
                        "%s tokens do not fit the model's context of %s"
                                .formatted(length, architecture.contextLength()));
            }
            int width = architecture.width();
            var ids = ids(tokens, new Shape(sequences, length));
            var positions = slice(weight(Architecture.POSITION_EMBEDDING), 0, 0, length, 1);
            var embedded = embedding(ids, weight(Architecture.TOKEN_EMBEDDING), false);
            var stream = reshape(add(embedded, positions), new long[] {-1, width});
            for (int layer = 0; layer < architecture.layers(); layer++) {
                var prefix = Architecture.layerPrefix(layer);
                stream = add(stream, attention(prefix, stream, sequences, length));
                stream = add(stream, feedForward(prefix, stream));
            }
            return norm(Architecture.FINAL_NORM, stream);
        }

        private PtNDArray attention(String prefix, PtNDArray stream, int sequences, int length) {
            int heads = architecture.heads();
            int headWidth = architecture.headWidth();
            var mixed = project(prefix + ".attn.c_attn", norm(prefix + ".ln_1", stream));
            // [B*T, 3C] -> [3, B*H, T, D]: one copy, after which every slice is contiguous
            var headsFirst =
                    permute(
                            reshape(mixed, new long[] {sequences, length, 3, heads, headWidth}),
                            new long[] {2, 0, 3, 1, 4});
            long[] perHead = {(long) sequences * heads, length, headWidth};
            var parts = split(headsFirst, 1, 0);
            var query = reshape((PtNDArray) parts.get(0), perHead);
            var key = reshape((PtNDArray) parts.get(1), perHead);
            var value = reshape((PtNDArray) parts.get(2), perHead);

            // not query.mul(number): that frees the number's memory, which the backward pass reads
            var scale = (PtNDArray) manager.create((float) (1 / Math.sqrt(headWidth)));
            var scaled = mul(query, scale);
            var scores = bmm(scaled, transpose(key, 1, 2));
            addi(
                    scores,
                    manager.create(
                            causalMask(length), new Shape(length, length), DataType.FLOAT32));
            var attended = bmm(softmax(scores, 2, DataType.FLOAT32), value);
            var joined =
                    permute(
                            reshape(attended, new long[] {sequences, heads, length, headWidth}),
                            new long[] {0, 2, 1, 3});
            return project(
                    prefix + ".attn.c_proj",
                    reshape(joined, new long[] {-1, architecture.width()}));
        }

        private PtNDArray feedForward(String prefix, PtNDArray stream) {
            var wide = project(prefix + ".mlp.c_fc", norm(prefix + ".ln_2", stream));
            return project(prefix + ".mlp.c_proj", gelu(wide));
        }

        private PtNDArray norm(String name, PtNDArray stream) {
            return layerNorm(
                    stream,
                    new Shape(architecture.width()),
                    weight(name + ".weight"),
                    weight(name + ".bias"),
                    Architecture.LAYER_NORM_EPSILON);
        }

        /** The engine's linear layer wants {@code [out, in]}; GPT-2 stores {@code [in, out]}. */
        private PtNDArray project(String name, PtNDArray input) {
            return linear(input, transpose(weight(name + ".weight"), 0, 1), weight(name + ".bias"));
        }

        private PtNDArray ids(int[] tokens, Shape shape) {
            var bytes =
                    ByteBuffer.allocateDirect(Math.multiplyExact(tokens.length, Long.BYTES))
                            .order(ByteOrder.nativeOrder());
            for (int token : tokens) {
                if (token < 0 || token >= architecture.vocabularySize()) {
                    throw new IllegalArgumentException(
                            "token id %s is outside the model's vocabulary of %s"
                                    .formatted(token, architecture.vocabularySize()));
                }
                bytes.putLong(token);
            }
            return manager.create(bytes.flip(), shape, DataType.INT64);
        }

        private static Shape shape(TensorSpec tensor) {
            return new Shape(tensor.shape().stream().mapToLong(Integer::longValue).toArray());
        }
    }
}
