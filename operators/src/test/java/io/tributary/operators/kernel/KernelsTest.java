package io.tributary.operators.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.codec.TensorCodec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The tests run with the Vector API, so that both kinds of kernels are there. */
class KernelsTest {

    private static final float INFINITY = Float.POSITIVE_INFINITY;

    private final Kernels plain = new PlainKernels();
    private final Kernels vector = new VectorKernels();

    @Test
    void theVectorApiIsUsedWhereItIsThere() {
        assertThat(KernelProvider.name()).isEqualTo("vector");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 8, 9, 31, 64, 501})
    void measuringAddsSquaresInLanesAndFindsTheLargest(int count) {
        var values = values(count, 5);
        var expected = new double[Kernels.LANES];
        float largest = 0;
        for (int j = 0; j < count; j++) {
            expected[j % Kernels.LANES] += (double) values[j] * values[j];
            largest = Math.max(largest, Math.abs(values[j]));
        }
        for (var kernels : new Kernels[] {plain, vector}) {
            var sums = new double[Kernels.LANES];
            assertThat(kernels.measure(values, count, sums)).isEqualTo(largest);
            assertThat(sums).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 5, 8, 30})
    void measuringFindsWhatIsNotFinite(int place) {
        for (var kernels : new Kernels[] {plain, vector}) {
            var values = new float[31];
            values[place] = Float.NEGATIVE_INFINITY;
            assertThat(kernels.measure(values, 31, new double[Kernels.LANES])).isInfinite();
            values[place] = Float.NaN;
            assertThat(kernels.measure(values, 31, new double[Kernels.LANES])).isNaN();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 8, 9, 31, 64, 501})
    void wideningAndNarrowingKeepEveryValue(int count) {
        var values = values(count + 3, 1);
        for (var kernels : new Kernels[] {plain, vector}) {
            var wide = new double[count + 1];
            var narrow = new float[count + 3];
            kernels.widen(values, 3, count, wide);
            kernels.narrow(wide, count, narrow, 2);
            for (int j = 0; j < count; j++) {
                assertThat(wide[j]).isEqualTo(values[3 + j]);
                assertThat(narrow[2 + j]).isEqualTo(values[3 + j]);
            }
            assertThat(wide[count]).isZero();
            assertThat(narrow[0]).isZero();
            assertThat(narrow[1]).isZero();
            assertThat(narrow[count + 2]).isZero();
        }
    }

    /** Every pattern of two bytes, so that none is forgotten. */
    @ParameterizedTest
    @EnumSource(value = Codec.class, names = "F64", mode = EnumSource.Mode.EXCLUDE)
    void decodingGivesWhatTheCodecGives(Codec codec) {
        var payload = new byte[2 * 65536];
        ByteBuffer.wrap(payload).order(ByteOrder.LITTLE_ENDIAN).asShortBuffer().put(patterns());
        int elements = payload.length / codec.encodedBytes(1);
        for (int[] range : new int[][] {{0, elements}, {3, elements - 20}, {5, 1}, {7, 0}}) {
            var expected = new float[range[1]];
            TensorCodec.decode(codec, payload, range[0], range[1], expected, 0);
            for (var kernels : new Kernels[] {plain, vector}) {
                var decoded = new float[range[1]];
                kernels.decode(codec, payload, range[0], range[1], decoded);
                for (int j = 0; j < expected.length; j++) {
                    if (Float.floatToIntBits(decoded[j]) != Float.floatToIntBits(expected[j])) {
                        throw new AssertionError(
                                "value %s: %s is not %s".formatted(j, decoded[j], expected[j]));
                    }
                }
            }
        }
    }

    /** Every pattern of two bytes as the upper half, with lower halves about every tie. */
    @ParameterizedTest
    @EnumSource(value = Codec.class, names = "F64", mode = EnumSource.Mode.EXCLUDE)
    void encodingGivesWhatTheCodecGives(Codec codec) {
        int[] lower = {0, 1, 0x7FFF, 0x8000, 0x8001, 0xFFFF, 0x1000, 0xEFFF, 0xF000};
        var values = new float[lower.length * 65536];
        for (int i = 0; i < values.length; i++) {
            values[i] = Float.intBitsToFloat(i / lower.length << 16 | lower[i % lower.length]);
        }
        for (int count : new int[] {values.length, values.length - 3, 7, 0}) {
            var expected = new byte[codec.encodedBytes(count)];
            TensorCodec.encode(codec, values, count, expected, 0);
            for (var kernels : new Kernels[] {plain, vector}) {
                var encoded = new byte[expected.length];
                kernels.encode(codec, values, count, encoded);
                assertThat(Arrays.mismatch(encoded, expected)).isEqualTo(-1);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 8, 9, 31, 64, 501})
    void squaresAreAddedInLanes(int count) {
        var wide = new double[count];
        var values = values(count, 6);
        var expected = new double[Kernels.LANES];
        for (int j = 0; j < count; j++) {
            wide[j] = values[j] / 3.0;
            expected[j % Kernels.LANES] += wide[j] * wide[j];
        }
        for (var kernels : new Kernels[] {plain, vector}) {
            var sums = new double[Kernels.LANES];
            kernels.addSquares(wide, sums);
            assertThat(sums).isEqualTo(expected);
        }
    }

    private static short[] patterns() {
        var patterns = new short[65536];
        for (int i = 0; i < patterns.length; i++) {
            patterns[i] = (short) i;
        }
        return patterns;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 16, 17, 64, 501})
    void theFirstNanIsFound(int count) {
        for (var kernels : new Kernels[] {plain, vector}) {
            var values = values(count, 2);
            assertThat(kernels.firstNan(values)).isEqualTo(count);
            for (int j = count - 1; j >= 0; j--) {
                values[j] = Float.NaN;
                assertThat(kernels.firstNan(values)).isEqualTo(j);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 8, 9, 31, 64, 501})
    void sumsHaveTheSameBits(int count) {
        var rows = new float[4][];
        for (int i = 0; i < 4; i++) {
            rows[i] = values(count + 10, i);
        }
        int[] offsets = {0, 3, 10, 1};
        double[] coefficients = {0.1, -2 / 3.0, 1e-30, 7};
        var expected = new double[count + 4];
        var sum = new double[count + 4];
        for (int round = 0; round < 3; round++) {
            plain.add(rows, offsets, coefficients, expected, 2, count);
            vector.add(rows, offsets, coefficients, sum, 2, count);
            plain.add(rows[round], 5, 1 / 3.0, expected, 1, count);
            vector.add(rows[round], 5, 1 / 3.0, sum, 1, count);
        }
        assertThat(sum).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 8, 9, 31, 64, 501})
    void meansHaveTheSameBits(int count) {
        var rows = new float[11][];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = values(count, i);
        }
        for (int last = 2; last < rows.length; last++) {
            var expected = new double[count + 4];
            var mean = new double[count + 4];
            Arrays.fill(expected, 3);
            Arrays.fill(mean, 3);
            plain.mean(rows, 2, last, count, expected, 2);
            vector.mean(rows, 2, last, count, mean, 2);
            assertThat(mean).isEqualTo(expected);
            for (int j = 0; j < count; j++) {
                double sum = 0;
                for (int i = 2; i <= last; i++) {
                    sum += rows[i][j];
                }
                assertThat(mean[2 + j]).isEqualTo(sum / (last - 1));
            }
        }
    }

    @Test
    void theNearerOfTwoIsTaken() {
        float inf = INFINITY;
        float[] lower = {1, 1, 1, 1, -inf, -inf, 1, inf, -inf, 4, 1, 1};
        float[] upper = {5, 5, 5, inf, 5, inf, inf, inf, 5, 5, 2, inf};
        double[] points = {2, 3, 4, 1, 3, 3, inf, inf, -inf, 3, 3, 3};
        float[] expected = {7, 7, 5, 7, 5, 7, inf, 7, 7, 7, 2, 7};
        for (var kernels : new Kernels[] {plain, vector}) {
            var slots = new float[lower.length];
            Arrays.fill(slots, 7);
            kernels.takeNearer(lower, upper, points, slots, lower.length);
            assertThat(slots).isEqualTo(expected);
        }
    }

    @Test
    void roundedSumsHaveTheBitsOfTheirDefinition() {
        float[] row = {
            0.5f,
            1.5f,
            2.5f,
            -0.5f,
            -1.5f,
            -2.5f,
            0.49999997f,
            -0.49999997f,
            0,
            -0.0f,
            0x1p51f,
            0x1p52f,
            0x1.8p52f,
            0x1p53f,
            -0x1p52f,
            -0x1p60f,
            8388607.5f,
            -8388607.5f,
            Float.MAX_VALUE,
            Float.MIN_VALUE,
            INFINITY,
            -INFINITY,
            3,
            -3,
            1e9f
        };
        for (double scale : new double[] {1, 0.5, 1 / 3.0, 0x1.8p10}) {
            var expected = new double[row.length + 1];
            var sum = new double[row.length + 1];
            for (int j = 0; j < row.length; j++) {
                expected[j + 1] = 0.0 + Math.rint(scale * row[j]);
            }
            vector.addRounded(row, 0, scale, sum, 1, row.length);
            assertThat(sum).isEqualTo(expected);
            sum = new double[row.length + 1];
            plain.addRounded(row, 0, scale, sum, 1, row.length);
            assertThat(sum).isEqualTo(expected);
        }
    }

    @Test
    void productsHaveTheSameBits() {
        int count = 248;
        var rows = new double[12][count];
        for (int i = 0; i < rows.length; i++) {
            plain.widen(values(count, i), 0, count, rows[i]);
        }
        for (int[] blocks : new int[][] {{0, 4}, {4, 8}, {4, 4}}) {
            var expected = new double[16 * Kernels.LANES];
            var sums = new double[16 * Kernels.LANES];
            for (int round = 0; round < 2; round++) {
                plain.multiply(rows, blocks[0], blocks[1], count, expected);
                vector.multiply(rows, blocks[0], blocks[1], count, sums);
            }
            for (int i = 0; i < 4; i++) {
                for (int j = blocks[0] == blocks[1] ? i : 0; j < 4; j++) {
                    for (int lane = 0; lane < Kernels.LANES; lane++) {
                        int at = (i * 4 + j) * Kernels.LANES + lane;
                        assertThat(sums[at]).isEqualTo(expected[at]);
                    }
                }
            }
        }
    }

    private static float[] values(int count, int seed) {
        var random = new SplittableRandom(seed);
        var values = new float[count];
        for (int j = 0; j < count; j++) {
            values[j] = (float) Math.scalb(random.nextDouble(-1, 1), random.nextInt(-60, 60));
        }
        if (count > 20) {
            values[17] = Float.MIN_VALUE;
            values[18] = INFINITY;
            values[19] = -0.0f;
        }
        return values;
    }
}
