package io.tributary.operators.rule;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.schemas.codec.SumCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A region's sum, added to the rest, gives the bits that its rows would have given. */
class TwoLevelsTest {

    private static final int VALUES = 200;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void anySplitIntoRegionsGivesTheBitsOfOneLevel(int seed) {
        var random = new SplittableRandom(seed);
        var grid = new FoldGrid(random.nextInt(-60, -29));
        int silos = random.nextInt(1, 40);
        var cohort = cohort(random, silos);
        var rows = rows(random, silos, grid);
        int regions = random.nextInt(1, 6);
        var regionOf = random.ints(silos, 0, regions + 1).toArray(); // the last is no region
        for (var rule : List.of(new Mean(), new FedNova())) {
            var oneLevel = new double[VALUES];
            var sums = new double[regions][VALUES];
            var twoLevels = new double[VALUES];
            for (int i = 0; i < silos; i++) {
                double scale = rule.scale(cohort.get(i));
                grid.fold(oneLevel, rows[i], scale);
                grid.fold(regionOf[i] == regions ? twoLevels : sums[regionOf[i]], rows[i], scale);
            }
            for (var sum : sums) {
                grid.add(twoLevels, 0, sent(grid.values(sum)), VALUES);
            }
            double finish = rule.finish(cohort);
            grid.finish(oneLevel, finish);
            grid.finish(twoLevels, finish);
            assertThat(twoLevels).isEqualTo(oneLevel);
        }
    }

    @Test
    void aSumOffTheGridIsRoundedToIt() {
        var grid = new FoldGrid(-2);
        var sum = new double[] {0, 1, 1, 1};
        grid.add(sum, 1, new double[] {0.25, 0.3, -1e-9}, 3);
        assertThat(sum).containsExactly(0, 2, 2, 1);
        assertThat(grid.values(sum)).containsExactly(0, 0.5, 0.5, 0.25);
    }

    private static double[] sent(double[] values) {
        var received = new double[values.length];
        SumCodec.decode(SumCodec.encode(values, 0, values.length), values.length, received);
        return received;
    }

    private static List<Contribution> cohort(SplittableRandom random, int silos) {
        var sizes = random.longs(silos, 1, 1L << 40).toArray();
        double total = 0;
        for (long size : sizes) {
            total += size;
        }
        var cohort = new ArrayList<Contribution>();
        for (long size : sizes) {
            cohort.add(new Contribution(size / total, random.nextDouble(1, 500)));
        }
        return cohort;
    }

    private static float[][] rows(SplittableRandom random, int silos, FoldGrid grid) {
        double largest = grid.limit() * (1 - 1e-6);
        var rows = new float[silos][VALUES];
        for (var row : rows) {
            for (int j = 0; j < VALUES; j++) {
                double magnitude = Math.pow(random.nextDouble(), 20); // most of them small
                row[j] = (float) (largest * magnitude * (random.nextBoolean() ? 1 : -1));
            }
        }
        return rows;
    }
}
