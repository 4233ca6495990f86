package io.tributary.silo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.tributary.schemas.model.Block;
import io.tributary.schemas.model.ModelLayout;
import io.tributary.schemas.model.ParameterBuffer;
import io.tributary.schemas.model.Slot;
import io.tributary.schemas.model.TensorSpec;
import java.util.List;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CoordinateSampleTest {

    /** Below the sample's size, just above it, and well above it. */
    private static final int LARGE = 700_000;

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 1000, CoordinateSample.SIZE, CoordinateSample.SIZE + 1, LARGE})
    void equalDirectionsHaveOneOppositeOnesMinusOneAtAnyScale(int size) {
        var random = new Random(size);
        var values = random.doubles(size, -1, 1).toArray();
        var direction = sample(size, i -> values[i]);

        assertThat(direction.cosine(direction)).isCloseTo(1, within(1e-12));
        assertThat(direction.cosine(sample(size, i -> -values[i]))).isCloseTo(-1, within(1e-12));
        // Powers of two change no bit of a float's fraction.
        assertThat(sample(size, i -> 0x1p-60 * values[i]).cosine(sample(size, i -> 4 * values[i])))
                .isCloseTo(1, within(1e-12));
    }

    @Test
    void whatHasNoDirectionHasNoAngle() {
        var zero = sample(LARGE, i -> 0);
        var ones = sample(LARGE, i -> 1);

        assertThat(zero.cosine(ones)).isZero();
        assertThat(ones.cosine(zero)).isZero();
        assertThat(zero.cosine(zero)).isZero();
        assertThat(sample(LARGE, i -> Float.NaN).cosine(ones)).isZero();
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.1, 0.5, 1, 3})
    void theSampledCosineIsNearTheFullOne(double shared) {
        var random = new Random(5);
        var one = new double[LARGE];
        var other = new double[LARGE];
        double product = 0;
        double squares = 0;
        double otherSquares = 0;
        for (int i = 0; i < LARGE; i++) {
            double common = shared * random.nextGaussian();
            // Rows of a matrix differ in scale, as the tensors of a model do.
            double scale = 1 + i / 1000 % 7;
            one[i] = scale * (common + random.nextGaussian());
            other[i] = scale * (common + random.nextGaussian());
            product += one[i] * other[i];
            squares += one[i] * one[i];
            otherSquares += other[i] * other[i];
        }
        double full = product / Math.sqrt(squares * otherSquares);

        double sampled = sample(LARGE, i -> one[i]).cosine(sample(LARGE, i -> other[i]));

        assertThat(sampled).isCloseTo(full, within(0.02));
    }

    /** In a matrix as wide as the distance between two places, for instance. */
    @Test
    void noColumnOfAMatrixIsLeftOut() {
        int width = 16;
        int size = width * CoordinateSample.SIZE;
        var everywhere = sample(size, i -> 1);

        for (int column = 0; column < width; column++) {
            int wanted = column;
            var inColumn = sample(size, i -> i % width == wanted ? 1 : 0);
            // The cosine is the square root of the share of the places that lie in the column.
            assertThat(inColumn.cosine(everywhere)).isCloseTo(0.25, within(0.01));
        }
    }

    @Test
    void theDifferenceOfSamplesIsTheSampleOfTheDifference() {
        var base = sample(LARGE, i -> i % 100);
        var trained = sample(LARGE, i -> i % 100 + (i % 3 == 0 ? 1 : -1));
        var delta = sample(LARGE, i -> i % 3 == 0 ? 1 : -1);

        assertThat(trained.minus(base).cosine(delta)).isCloseTo(1, within(1e-12));
    }

    @Test
    void modelsOfDifferentSizesAreNotCompared() {
        assertThatThrownBy(() -> sample(5, i -> 1).cosine(sample(6, i -> 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("5 and 6 coordinates");
    }

    private static CoordinateSample sample(int size, IntToDoubleFunction values) {
        return CoordinateSample.of(parameters(size, values));
    }

    /** A model of two blocks in chunks that the places do not fall in step with. */
    private static ParameterBuffer parameters(int size, IntToDoubleFunction values) {
        int first = size / 3;
        var blocks =
                first == 0
                        ? List.of(block("all", size))
                        : List.of(block("first", first), block("second", size - first));
        var model = ParameterBuffer.allocate(new ModelLayout(blocks, 4099).validated());
        int i = 0;
        for (int c = 0; c < model.layout().chunkCount(); c++) {
            var chunk = model.chunk(c);
            while (chunk.hasRemaining()) {
                chunk.put((float) values.applyAsDouble(i++));
            }
        }
        return model;
    }

    private static Block block(String name, int size) {
        return new Block(name, Slot.WEIGHTS, List.of(new TensorSpec(name + ".w", List.of(size))));
    }
}
