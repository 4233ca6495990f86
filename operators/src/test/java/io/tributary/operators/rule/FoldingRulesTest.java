package io.tributary.operators.rule;

import static io.tributary.operators.rule.Vectors.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tributary.operators.kernel.EncodedRows;
import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.codec.TensorCodec;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FoldingRulesTest {

    private static final FoldGrid GRID = new FoldGrid(-40);

    @Test
    void meanIsTheWeightedMean() {
        var cohort = List.of(new Contribution(0.25, 3), new Contribution(0.75, 1));
        assertThat(combine(new Mean(), cohort, new float[][] {{4}, {8}}, List.of(0, 1)))
                .containsExactly(7);
    }

    @Test
    void fedNovaAveragesPerUnitOfWorkAndStretchesByTheMeanWork() {
        var cohort = List.of(new Contribution(0.5, 1), new Contribution(0.5, 9));
        assertThat(combine(new FedNova(), cohort, new float[][] {{1}, {9}}, List.of(0, 1))[0])
                .isCloseTo(5, within(1e-11));
    }

    static Stream<float[][]> awkward() {
        return Stream.concat(
                Matrices.awkward(1), Stream.of(Matrices.ties(13, 3, 9), new float[4][3]));
    }

    /** Those for which there is a grid. */
    static Stream<float[][]> admitted() {
        return awkward().filter(rows -> largest(rows) <= new FoldGrid(0).limit());
    }

    @ParameterizedTest
    @MethodSource("awkward")
    void wholeRowsAreCombinedAsTheDefinitionsSay(float[][] rows) {
        var whole = IntStream.rangeClosed(1, rows.length).asDoubleStream().toArray();
        var cohort = unequal(rows.length).withWeights(whole); // they need not sum to 1
        assertClose(aggregate("mean", rows, cohort), mean(rows, cohort), 1e-12);
        assertClose(aggregate("fednova", rows, cohort), fedNova(rows, cohort), 1e-12);
    }

    @ParameterizedTest
    @MethodSource("admitted")
    void foldedRowsAreWhatTheDefinitionsSayToHalfAQuantumPerRow(float[][] rows) {
        int exponent = Math.max(-100, Math.getExponent(largest(rows)) - 51);
        var grid = new FoldGrid(exponent);
        assertThat(largest(rows)).isLessThanOrEqualTo(grid.limit());
        var cohort = unequal(rows.length);
        var contributions = cohort.contributions();
        var order = IntStream.range(0, rows.length).boxed().toList();
        var expected = Map.of(new Mean(), mean(rows, cohort), new FedNova(), fedNova(rows, cohort));
        expected.forEach(
                (rule, values) -> {
                    var folded = combine(grid, rule, contributions, rows, order);
                    double halfQuanta = rows.length * Math.scalb(0.5, exponent);
                    double tolerance =
                            rule.finish(contributions) * halfQuanta + 1e-14 * largest(rows);
                    for (int j = 0; j < values.length; j++) {
                        assertThat(folded[j]).isCloseTo(values[j], within(tolerance));
                    }
                });
    }

    @Test
    void anInfiniteValueReachesItsCoordinateOnly() {
        var rows = new float[][] {{1, Float.NEGATIVE_INFINITY}, {4, 2}};
        var cohort = unequal(2); // weights 1/3 and 2/3, work 1 and 2.5
        var mean = aggregate("mean", rows, cohort);
        assertThat(mean[0]).isCloseTo(3, within(1e-15));
        assertThat(mean[1]).isEqualTo(Double.NEGATIVE_INFINITY);
        var fedNova = aggregate("fednova", rows, cohort);
        assertThat(fedNova[0]).isCloseTo(2 * (1 / 3.0 + 2 / 3.0 * 4 / 2.5), within(1e-14));
        assertThat(fedNova[1]).isEqualTo(Double.NEGATIVE_INFINITY);
    }

    @Test
    void fedNovaIsTheMeanWhenAllDoTheSameWork() {
        var rows = rows(6, 100, 1);
        List<Contribution> cohort = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            cohort.add(new Contribution((i + 1) / 21.0, 12.5));
        }
        var order = List.of(0, 1, 2, 3, 4, 5);
        var mean = combine(new Mean(), cohort, rows, order);
        var fedNova = combine(new FedNova(), cohort, rows, order);
        for (int j = 0; j < mean.length; j++) {
            assertThat(fedNova[j]).isCloseTo(mean[j], within(1e-9));
        }
    }

    @Test
    void aMissingSiloLeavesAMeanOfTheRest() {
        var present = List.of(new Contribution(0.2, 1), new Contribution(0.3, 1));
        assertThat(combine(new Mean(), present, new float[][] {{10}, {20}}, List.of(0, 1))[0])
                .isCloseTo(16, within(1e-10));
    }

    @Test
    void theSumHasTheSameBitsInAnyOrder() {
        int n = 33;
        var random = new SplittableRandom(7);
        var rows = rows(n, 500, 8);
        List<Contribution> cohort = new ArrayList<>();
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            cohort.add(new Contribution(1.0 / n, random.nextDouble(0.5, 40)));
            order.add(i);
        }
        for (var rule : List.of(new Mean(), new FedNova())) {
            var expected = combine(rule, cohort, rows, order);
            for (int shuffle = 0; shuffle < 10; shuffle++) {
                Collections.shuffle(order, new Random(shuffle));
                assertThat(combine(rule, cohort, rows, order)).isEqualTo(expected);
            }
        }
    }

    @Test
    void valuesAtTheLimitStillAddExactly() {
        // Many silos at the largest admitted value, in opposite orders.
        int n = 64;
        var rows = new float[n][2];
        List<Contribution> cohort = new ArrayList<>();
        List<Integer> up = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            rows[i][0] = (float) GRID.limit();
            rows[i][1] = i % 2 == 0 ? 1e-6f * i : (float) -GRID.limit();
            cohort.add(new Contribution(1.0 / n, 1));
            up.add(i);
        }
        var down = new ArrayList<>(up);
        Collections.reverse(down);
        assertThat(combine(new Mean(), cohort, rows, up))
                .isEqualTo(combine(new Mean(), cohort, rows, down));
        assertThat(combine(new Mean(), cohort, rows, up)[0]).isEqualTo(GRID.limit());
    }

    /** Values of up to the limit, some of them just between two multiples of the quantum. */
    @Test
    void rowsThatAreTakenOutInAnyOrderLeaveTheBitsOfTheRest() {
        int silos = 9;
        int elements = 37;
        var random = new Random(5);
        for (int trial = 0; trial < 100; trial++) {
            var rows = new float[silos][elements];
            for (var row : rows) {
                for (int j = 0; j < elements; j++) {
                    row[j] =
                            switch (j % 3) {
                                case 0 -> (float) (GRID.limit() * (2 * random.nextDouble() - 1));
                                case 1 -> (float) Math.scalb(random.nextInt(99) - 49.5, -40);
                                default -> (float) random.nextGaussian();
                            };
                }
            }
            var order = IntStream.range(0, silos).boxed().collect(Collectors.toList());
            Collections.shuffle(order, random);
            var out = new ArrayList<>(order.subList(0, random.nextInt(silos)));
            var rest = new double[elements];
            var sum = new double[elements];
            for (int i = 0; i < silos; i++) {
                assertThat(GRID.holds(largest(rows[i]), new Contribution(1.0 / silos, 3))).isTrue();
                GRID.fold(sum, rows[i], 1.0 / silos);
                if (!out.contains(i)) {
                    GRID.fold(rest, rows[i], 1.0 / silos);
                }
            }
            Collections.shuffle(out, random);
            for (int i : out) {
                GRID.fold(sum, rows[i], -1.0 / silos);
            }

            assertThat(bits(sum)).isEqualTo(bits(rest));
        }
    }

    @Test
    void theGridHoldsWhatIsWithinItsLimitPerUnitOfWork() {
        assertThat(GRID.holds(GRID.limit(), new Contribution(1, 9))).isTrue();
        assertThat(GRID.holds(Math.nextUp(GRID.limit()), new Contribution(1, 9))).isFalse();
        assertThat(GRID.holds(GRID.limit() / 2, new Contribution(1, 0.5))).isTrue();
        assertThat(GRID.holds(GRID.limit(), new Contribution(1, 0.5))).isFalse();
        assertThat(GRID.holds(Double.NaN, new Contribution(1, 1))).isFalse();
    }

    private static float largest(float[] row) {
        float largest = 0;
        for (float value : row) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }

    private static long[] bits(double[] values) {
        return Arrays.stream(values).mapToLong(Double::doubleToRawLongBits).toArray();
    }

    @Test
    void encodedRowsFoldToTheSameBits() {
        var rows = rows(1, 3000, 9);
        var payload = TensorCodec.encode(Codec.F32, FloatBuffer.wrap(rows[0]));
        var encoded = new EncodedRows(List.of(new EncodedRows.Row(Codec.F32, payload)), 3000);
        var expected = new double[3000];
        var sum = new double[3000];
        for (double scale : new double[] {0.3, 1 / 7.0}) {
            for (int j = 0; j < expected.length; j++) {
                expected[j] += Math.rint(scale * 0x1p40 * rows[0][j]);
            }
            GRID.fold(sum, encoded, 0, scale);
        }
        assertThat(sum).isEqualTo(expected);
    }

    private static double[] combine(
            FoldingRule rule, List<Contribution> cohort, float[][] rows, List<Integer> order) {
        return combine(GRID, rule, cohort, rows, order);
    }

    private static double[] combine(
            FoldGrid grid,
            FoldingRule rule,
            List<Contribution> cohort,
            float[][] rows,
            List<Integer> order) {
        var sum = new double[rows[0].length];
        for (int i : order) {
            grid.fold(sum, rows[i], rule.scale(cohort.get(i)));
        }
        grid.finish(sum, rule.finish(cohort));
        return sum;
    }

    private static double[] aggregate(String rule, float[][] rows, Cohort cohort) {
        return AggregationRule.parse(rule)
                .aggregate(rows, cohort, RoundFacts.first(rows.length), RuleState.NONE)
                .result();
    }

    /** Weights in proportion to 1, 2, 3 ... that sum to 1, and work 1, 2.5, 4 ... */
    private static Cohort unequal(int n) {
        var weights = new double[n];
        var work = new double[n];
        Arrays.setAll(weights, i -> 2.0 * (i + 1) / (n * (n + 1)));
        Arrays.setAll(work, i -> 1 + 1.5 * i);
        var names = IntStream.range(0, n).mapToObj(Integer::toString).toList();
        return new Cohort(names, weights, work, new double[n]);
    }

    private static double[] mean(float[][] rows, Cohort cohort) {
        return Definitions.weightedMean(Matrices.doubles(rows), cohort.weights());
    }

    private static double[] fedNova(float[][] rows, Cohort cohort) {
        int n = rows.length;
        var perUnit = Matrices.doubles(rows);
        double tauEff = 0;
        double weights = 0;
        for (int i = 0; i < n; i++) {
            double work = cohort.normalizers()[i];
            perUnit[i] = Arrays.stream(perUnit[i]).map(x -> x / work).toArray();
            tauEff += cohort.weight(i) * work;
            weights += cohort.weight(i);
        }
        double stretch = tauEff / weights;
        var mean = Definitions.weightedMean(perUnit, cohort.weights());
        return Arrays.stream(mean).map(x -> stretch * x).toArray();
    }

    private static double largest(float[][] rows) {
        return Arrays.stream(Matrices.doubles(rows))
                .flatMapToDouble(Arrays::stream)
                .map(Math::abs)
                .max()
                .orElseThrow();
    }

    private static float[][] rows(int n, int d, int seed) {
        var random = new SplittableRandom(seed);
        var rows = new float[n][d];
        for (var row : rows) {
            for (int j = 0; j < d; j++) {
                row[j] = (float) random.nextDouble(-1, 1);
            }
        }
        return rows;
    }
}
