package io.tributary.silo.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.tributary.schemas.model.ParameterBuffer;
import io.tributary.silo.random.SplitMix64;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TransformerTest {

    private static final Architecture TINY = new Architecture(11, 7, 2, 2, 8);

    private final ParameterBuffer parameters = randomParameters(5);
    private final Transformer transformer = new Transformer(TINY, parameters);
    private final TokenBatch batch = randomBatch(3, 6);

    @Test
    void lossIsThatOfTheReference() {
        var gradients = ParameterBuffer.allocate(parameters.layout());

        double loss = transformer.lossAndGradients(batch, gradients);

        assertThat(loss)
                .isCloseTo(new ReferenceTransformer(TINY, parameters).loss(batch), within(2e-6));
    }

    @Test
    void gradientsAreTheSlopesOfTheReference() {
        var gradients = ParameterBuffer.allocate(parameters.layout());
        transformer.lossAndGradients(batch, gradients);
        var reference = new ReferenceTransformer(TINY, parameters);
        var random = new SplitMix64(3);
        double h = 1e-5;

        for (var block : parameters.layout().blocks()) {
            for (var spec : block.tensors()) {
                var tensor = reference.tensor(spec.name());
                var gradient = gradients.tensor(spec.name()).asFloatBuffer();
                for (int sample = 0; sample < 12; sample++) {
                    int i = random.nextInt(tensor.length);
                    double value = tensor[i];
                    tensor[i] = value + h;
                    double above = reference.loss(batch);
                    tensor[i] = value - h;
                    double below = reference.loss(batch);
                    tensor[i] = value;
                    assertThat((double) gradient.get(i))
                            .as("%s[%s]", spec.name(), i)
                            .isCloseTo((above - below) / (2 * h), within(2e-6));
                }
            }
        }
    }

    @Test
    void crossEntropiesAverageToTheLoss() {
        var gradients = ParameterBuffer.allocate(parameters.layout());
        double loss = transformer.lossAndGradients(batch, gradients);

        var each = transformer.crossEntropies(batch);

        assertThat(each).hasSize(18);
        double mean = IntStream.range(0, 18).mapToDouble(i -> each[i]).average().orElseThrow();
        assertThat(mean).isCloseTo(loss, within(1e-6));
    }

    @Test
    void nextTokenLogitsAreThoseOfTheReferenceAtEveryLength() {
        int[] tokens = {3, 1, 4, 1, 5, 9, 2};
        var expected = new ReferenceTransformer(TINY, parameters).logits(tokens);

        for (int length = 1; length <= tokens.length; length++) {
            var logits = transformer.nextTokenLogits(java.util.Arrays.copyOf(tokens, length));
            for (int v = 0; v < logits.length; v++) {
                assertThat((double) logits[v]).isCloseTo(expected[length - 1][v], within(1e-5));
            }
        }
    }

    @Test
    void noPositionSeesWhatFollowsIt() {
        var changed = batch.inputs().clone();
        changed[5] = (changed[5] + 1) % 11; // last position of the first sequence

        var before = transformer.crossEntropies(batch);
        var after = transformer.crossEntropies(new TokenBatch(3, 6, changed, batch.targets()));

        for (int i = 0; i < before.length; i++) {
            if (i == 5) {
                assertThat(after[i]).isNotEqualTo(before[i]);
            } else {
                assertThat(after[i]).isEqualTo(before[i]);
            }
        }
    }

    @Test
    void passReadsTheParametersMemoryAtEveryCall() {
        var before = transformer.crossEntropies(batch);

        parameters.copyFrom(randomParameters(6));

        assertThat(transformer.crossEntropies(batch)).isNotEqualTo(before);
    }

    @Test
    void twoModelsTrainAtTheSameTimeAndGetTheBitsTheyGetAlone() throws Exception {
        var alone = gradientOfManyPasses(parameters);
        Callable<ParameterBuffer> task = () -> gradientOfManyPasses(parameters);
        var pool = Executors.newFixedThreadPool(2);
        try {
            for (var together : pool.invokeAll(java.util.List.of(task, task))) {
                for (int b = 0; b < parameters.layout().blocks().size(); b++) {
                    assertThat(together.get().block(b)).isEqualTo(alone.block(b));
                }
            }
        } finally {
            pool.shutdown();
        }
    }

    @Test
    void wrongUseIsNamed() {
        var other = ParameterBuffer.allocate(new Architecture(11, 7, 1, 2, 8).layout(64));

        assertThatThrownBy(() -> new Transformer(TINY, other))
                .hasMessageContaining("is not that of the architecture");
        assertThatThrownBy(() -> transformer.lossAndGradients(batch, other))
                .hasMessageContaining("layout");
        assertThatThrownBy(() -> transformer.nextTokenLogits(new int[8]))
                .hasMessage("8 tokens do not fit the model's context of 7");
        assertThatThrownBy(() -> transformer.nextTokenLogits(new int[] {11}))
                .hasMessage("token id 11 is outside the model's vocabulary of 11");
    }

    private ParameterBuffer gradientOfManyPasses(ParameterBuffer of) {
        var own = ParameterBuffer.allocate(of.layout());
        own.copyFrom(of);
        var gradients = ParameterBuffer.allocate(of.layout());
        for (int i = 0; i < 20; i++) {
            new Transformer(TINY, own).lossAndGradients(batch, gradients);
        }
        return gradients;
    }

    /** Larger than at initialisation, and nowhere zero, so that every path shows. */
    private static ParameterBuffer randomParameters(long seed) {
        var parameters = ParameterBuffer.allocate(TINY.layout(64));
        var random = new SplitMix64(seed);
        for (var block : parameters.layout().blocks()) {
            for (var tensor : block.tensors()) {
                var values = parameters.tensor(tensor.name()).asFloatBuffer();
                while (values.hasRemaining()) {
                    values.put((float) (0.3 * random.nextGaussian()));
                }
            }
        }
        return parameters;
    }

    private static TokenBatch randomBatch(int sequences, int length) {
        var random = new SplitMix64(2);
        var windows = new int[sequences][length + 1];
        for (var window : windows) {
            java.util.Arrays.setAll(window, i -> random.nextInt(11));
        }
        return TokenBatch.ofWindows(windows);
    }
}
