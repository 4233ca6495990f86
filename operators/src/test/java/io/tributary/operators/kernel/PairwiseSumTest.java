package io.tributary.operators.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PairwiseSumTest {

    static IntStream chunks() {
        return IntStream.rangeClosed(1, 40);
    }

    @ParameterizedTest
    @MethodSource("chunks")
    void everyOrderOfArrivalGivesTheSameBitsAndLeavesNothingWaiting(int chunks) throws Exception {
        var vectors = vectors(chunks, 3);
        var expected = sum(vectors, inOrder(chunks));
        for (int seed = 0; seed < 10; seed++) {
            var order = inOrder(chunks);
            Collections.shuffle(order, new Random(seed));
            assertThat(sum(vectors, order)).as("order %s", order).containsExactly(expected);
        }
    }

    @ParameterizedTest
    @MethodSource("chunks")
    void itIsThePlainSumToRounding(int chunks) throws Exception {
        var vectors = vectors(chunks, 3);
        var sum = sum(vectors, inOrder(chunks));
        for (int i = 0; i < sum.length; i++) {
            double plain = 0;
            double absolute = 0;
            for (var vector : vectors) {
                plain += vector[i];
                absolute += Math.abs(vector[i]);
            }
            assertThat(sum[i]).isCloseTo(plain, within(chunks * Math.ulp(absolute)));
        }
    }

    /** A single 1 beside 1023 halves of its last bit: one by one they would all be rounded away. */
    @Test
    void manySmallPartsAreNotLostBesideALargeOne() throws Exception {
        var vectors = new ArrayList<double[]>();
        vectors.add(new double[] {1});
        vectors.addAll(Collections.nCopies(1023, new double[] {0x1p-53}));

        assertThat(sum(vectors, inOrder(1024))[0])
                .isCloseTo(1 + 1023 * 0x1p-53, within(2 * Math.ulp(1.0)));
    }

    @Test
    void roughlyOrderedChunksKeepFewSumsWaiting() throws Exception {
        var waiting = new Waiting();
        var sum = new PairwiseSum(1024);
        for (int chunk = 0; chunk < 1024; chunk++) {
            var unused = sum.add(chunk, new double[] {1}, waiting);
        }
        assertThat(waiting.most).isEqualTo(10);
    }

    private static double[] sum(List<double[]> vectors, List<Integer> order) throws Exception {
        var waiting = new Waiting();
        var sum = new PairwiseSum(vectors.size());
        double[] whole = null;
        for (int chunk : order) {
            assertThat(whole).as("before chunk %s", chunk).isNull();
            whole = sum.add(chunk, vectors.get(chunk).clone(), waiting);
        }
        assertThat(waiting.sums).isEmpty();
        return whole;
    }

    private static List<Integer> inOrder(int chunks) {
        return new ArrayList<>(IntStream.range(0, chunks).boxed().toList());
    }

    /** Of very different magnitudes, so that another grouping has other bits. */
    private static List<double[]> vectors(int count, int length) {
        var random = new SplittableRandom(count);
        var vectors = new ArrayList<double[]>();
        for (int c = 0; c < count; c++) {
            vectors.add(
                    random.doubles(length, -1, 1)
                            .map(x -> x * Math.pow(10, random.nextInt(-8, 8)))
                            .toArray());
        }
        return vectors;
    }

    private static final class Waiting implements PairwiseSum.Nodes<RuntimeException> {

        private final Map<Long, double[]> sums = new HashMap<>();
        private int most;

        @Override
        public double @Nullable [] take(long node) {
            return sums.remove(node);
        }

        @Override
        public void put(long node, double[] sum) {
            assertThat(sums.put(node, sum)).isNull();
            most = Math.max(most, sums.size());
        }
    }
}
