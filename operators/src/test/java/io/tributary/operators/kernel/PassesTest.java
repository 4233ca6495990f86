package io.tributary.operators.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.codec.TensorCodec;
import java.math.BigDecimal;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PassesTest {

    private static final float INFINITY = Float.POSITIVE_INFINITY;

    /** Longer than several segments of every pass, and no multiple of anything. */
    private static final int LONG = 140_003;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 5, 11, 16})
    void productsAreThoseOfTheDefinition(int n) {
        for (int d : new int[] {1, 7, 8, 255, 257, 1000}) {
            var rows = random(n, d, n + d);
            var products = Passes.products(new FloatRows(rows));
            assertThat(products).hasSize(Passes.packedLength(n));
            int next = 0;
            for (int i = 0; i < n; i++) {
                for (int j = i; j < n; j++) {
                    double exact = exactProduct(rows[i], rows[j]);
                    assertThat(products[next++]).isCloseTo(exact, within(1e-15 * d));
                }
            }
        }
    }

    @Test
    void distancesSurviveACommonOffset() {
        int d = LONG;
        var rows = random(2, d, 1);
        for (int j = 0; j < d; j++) {
            rows[0][j] = 10_000 + rows[0][j];
            rows[1][j] = 10_000 + rows[1][j];
        }
        var products = Passes.products(new FloatRows(rows));
        double distance = products[0] - 2 * products[1] + products[2];
        double expected = 0;
        for (int j = 0; j < d; j++) {
            double difference = (double) rows[0][j] - rows[1][j];
            expected += difference * difference;
        }
        // 1.4e13 - 2.8e13 + 1.4e13 is about 9e4, and float64 resolves 0.002 there
        assertThat(distance).isCloseTo(expected, within(0.1));
    }

    @Test
    void anInfiniteRowIsInfinitelyLongAndLeavesTheOthersAlone() {
        int n = 7;
        var rows = random(n, 5000, 2);
        var products = Passes.products(new FloatRows(rows));
        for (float value : new float[] {INFINITY, -INFINITY}) {
            var infinite = copy(rows);
            infinite[2][4321] = value;
            infinite[2][17] = INFINITY;
            var found = Passes.products(new FloatRows(infinite));
            int next = 0;
            for (int i = 0; i < n; i++) {
                for (int j = i; j < n; j++) {
                    if (i == 2 && j == 2) {
                        assertThat(found[next]).isEqualTo(Double.POSITIVE_INFINITY);
                    } else if (i != 2 && j != 2) {
                        assertThat(found[next]).isEqualTo(products[next]);
                    }
                    next++;
                }
            }
        }
    }

    @Test
    void productsHaveTheSameBitsWithEveryNumberOfThreadsAndEveryKernel() {
        var rows = new FloatRows(random(6, LONG, 3));
        var expected = Passes.products(rows);
        assertThat(Passes.products(rows, 2)).isEqualTo(expected);
        assertThat(Passes.products(rows, 5)).isEqualTo(expected);
        assertThat(new InnerProducts(new PlainKernels(), rows).compute(1)).isEqualTo(expected);
        assertThat(new InnerProducts(new VectorKernels(), rows).compute(1)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 4, 6, 9})
    void aCombinationIsTheSumInRowOrder(int n) {
        double[] coefficients = new SplittableRandom(n).doubles(n, -1, 1).toArray();
        for (int d : new int[] {1, 9, 4096, 4099}) {
            var rows = random(n, d, d);
            var expected = new double[d];
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < d; j++) {
                    expected[j] += coefficients[i] * rows[i][j];
                }
            }
            assertThat(Passes.combination(new FloatRows(rows), coefficients)).isEqualTo(expected);
        }
    }

    @Test
    void aCombinationHasTheSameBitsWithEveryNumberOfThreadsAndEveryKernel() {
        var rows = new FloatRows(random(7, LONG, 4));
        double[] coefficients = {0.1, 0.7, -3, 0, 1, 1 / 3.0, 1e-9};
        var expected = Passes.combination(rows, coefficients);
        assertThat(Passes.combination(rows, coefficients, 2)).isEqualTo(expected);
        assertThat(Passes.combination(rows, coefficients, 3)).isEqualTo(expected);
        var plain = new double[LONG];
        new Combination(new PlainKernels(), rows, coefficients).addTo(plain, 1);
        assertThat(plain).isEqualTo(expected);
    }

    @Test
    void rowsOfCoefficientZeroAreNotRead() {
        var rows = random(5, 100, 5);
        Arrays.fill(rows[3], INFINITY);
        double[] coefficients = {1, 0.5, 0, 0, 2};
        assertThat(Passes.combination(new FloatRows(rows), coefficients))
                .doesNotContain(Double.NaN, Double.POSITIVE_INFINITY);
        double[][] mixing = {{0.5, 0.5, 0, 0, 0}, {0, 0, 0.3, 0, 0.7}, {0, 0, 0, 1, 0}};
        var mixed = Passes.columns(new FloatRows(rows), mixing, rowOfTile(1));
        assertThat(mixed).doesNotContain(Double.NaN, Double.POSITIVE_INFINITY);
        assertThat(Passes.columns(new FloatRows(rows), mixing, rowOfTile(2)))
                .containsOnly(Double.POSITIVE_INFINITY);
    }

    @Test
    void mixedRowsAreSumsInFloat64RoundedOnce() {
        int n = 9;
        int d = 1300;
        var rows = random(n, d, 6);
        var mixing = new double[n][];
        var random = new SplittableRandom(7);
        for (int k = 0; k < n; k++) {
            mixing[k] = random.doubles(n, 0, 1).map(a -> a < 0.3 ? 0 : a).toArray();
        }
        for (int k = 0; k < n; k++) {
            var found = Passes.columns(new FloatRows(rows), mixing, rowOfTile(k));
            for (int j = 0; j < d; j++) {
                double sum = 0;
                for (int i = 0; i < n; i++) {
                    sum += mixing[k][i] * rows[i][j];
                }
                assertThat(found[j]).isEqualTo((float) sum);
            }
        }
    }

    @Test
    void selectedRowsAreCopiedBitByBit() {
        var rows = random(3, 700, 8);
        rows[2][5] = -0.0f;
        double[][] mixing = {{0, 0, 1}, {1, 0, 0}};
        var found = Passes.columns(new FloatRows(rows), mixing, rowOfTile(0));
        for (int j = 0; j < found.length; j++) {
            assertThat(found[j]).isEqualTo((double) rows[2][j]);
        }
    }

    @Test
    void columnsHaveTheSameBitsWithEveryNumberOfThreads() {
        var rows = new FloatRows(random(3, LONG, 9));
        double[][] mixing = {{0.5, 0.25, 0.25}, {0, 0.5, 0.5}};
        var expected = Passes.columns(rows, mixing, rowOfTile(1));
        assertThat(Passes.columns(rows, mixing, rowOfTile(1), 2)).isEqualTo(expected);
        assertThat(Passes.columns(rows, mixing, rowOfTile(1), 4)).isEqualTo(expected);
    }

    @Test
    void whatGoesWrongInAThreadReachesTheCaller() {
        Supplier<ColumnCombiner> failing =
                () ->
                        (tile, length, target, offset) -> {
                            throw new IllegalArgumentException("not here");
                        };
        for (int threads : new int[] {1, 3}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(
                            () ->
                                    Passes.columns(
                                            new FloatRows(new float[2][LONG]),
                                            null,
                                            failing,
                                            threads))
                    .withMessage("not here");
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Passes.products(new FloatRows(new float[1][1]), 0))
                .withMessage("threads must be >= 1, got 0");
    }

    @ParameterizedTest
    @EnumSource(value = Codec.class, names = "F64", mode = EnumSource.Mode.EXCLUDE)
    void encodedRowsGiveWhatTheirDecodedValuesGive(Codec codec) {
        int d = 9001;
        var rows = random(5, d, 10);
        var encoded = encode(codec, rows);
        var decoded = new float[5][d];
        for (int i = 0; i < 5; i++) {
            TensorCodec.decode(codec, encoded.encoded().get(i).payload(), d, decoded[i], 0);
        }
        var floats = new FloatRows(decoded);
        double[] coefficients = {0.3, 0, 0.2, 0.5, -1};

        assertThat(Passes.products(encoded)).isEqualTo(Passes.products(floats));
        assertThat(Passes.combination(encoded, coefficients))
                .isEqualTo(Passes.combination(floats, coefficients));
        assertThat(Passes.columns(encoded, null, rowOfTile(4)))
                .isEqualTo(Passes.columns(floats, null, rowOfTile(4)));
        var expected = new double[d];
        var sum = new double[d];
        Passes.addRounded(floats, 2, 1e9, expected);
        Passes.addRounded(encoded, 2, 1e9, sum);
        assertThat(sum).isEqualTo(expected);
    }

    @Test
    void stackedRowsAreOneMatrix() {
        var rows = random(5, 3000, 11);
        var upper = encode(Codec.F32, Arrays.copyOf(rows, 3));
        var lower = new FloatRows(Arrays.copyOfRange(rows, 3, 5));
        var stacked = new StackedRows(upper, lower);
        var whole = new FloatRows(rows);
        double[] coefficients = {1, 2, 3, 4, 5};

        assertThat(stacked.rows()).isEqualTo(5);
        assertThat(Passes.products(stacked)).isEqualTo(Passes.products(whole));
        assertThat(Passes.combination(stacked, coefficients))
                .isEqualTo(Passes.combination(whole, coefficients));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new StackedRows(upper, new FloatRows(new float[1][2999])))
                .withMessage("rows of 3000 values cannot be stacked on rows of 2999");
    }

    @Test
    void anEncodedRowOfAnotherLengthIsRefused() {
        var encoded = encode(Codec.BF16, new float[2][10]).encoded();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new EncodedRows(encoded, 11))
                .withMessage("row 0 has 20 bytes, which is not 11 values in bf16");
    }

    private static EncodedRows encode(Codec codec, float[][] rows) {
        return new EncodedRows(
                Stream.of(rows)
                        .map(
                                row ->
                                        new EncodedRows.Row(
                                                codec,
                                                TensorCodec.encode(codec, FloatBuffer.wrap(row))))
                        .toList(),
                rows[0].length);
    }

    private static Supplier<ColumnCombiner> rowOfTile(int row) {
        return () ->
                (tile, length, target, offset) -> {
                    for (int j = 0; j < length; j++) {
                        target[offset + j] = tile[row][j];
                    }
                };
    }

    private static float[][] random(int n, int d, int seed) {
        var random = new SplittableRandom(seed);
        var rows = new float[n][d];
        for (var row : rows) {
            for (int j = 0; j < d; j++) {
                row[j] = (float) random.nextDouble(-1, 1);
            }
        }
        return rows;
    }

    private static float[][] copy(float[][] rows) {
        return Arrays.stream(rows).map(float[]::clone).toArray(float[][]::new);
    }

    private static double exactProduct(float[] a, float[] b) {
        var sum = BigDecimal.ZERO;
        for (int j = 0; j < a.length; j++) {
            sum = sum.add(new BigDecimal((double) a[j] * b[j]));
        }
        return sum.doubleValue();
    }
}
