package io.tributary.operators.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SortingNetworkTest {

    /** By the 0-1 principle a network that sorts all 0-1 inputs sorts everything. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 13, 16})
    void sortsEveryZeroOneColumn(int n) {
        int columns = 1 << n;
        var rows = new float[n][columns];
        for (int column = 0; column < columns; column++) {
            for (int i = 0; i < n; i++) {
                rows[i][column] = column >> i & 1;
            }
        }

        var sorted = sort(rows);

        for (int column = 0; column < columns; column++) {
            int ones = Integer.bitCount(column);
            for (int i = 0; i < n; i++) {
                assertThat(sorted[i][column]).isEqualTo(i < n - ones ? 0f : 1f);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 8, 11, 13})
    void wantedRanksAreThoseOfTheCompleteSort(int n) {
        int columns = 1 << n;
        for (int first = 0; first < n; first++) {
            for (int last = first; last < n; last++) {
                var rows = new float[n][columns];
                for (int column = 0; column < columns; column++) {
                    for (int i = 0; i < n; i++) {
                        rows[i][column] = column >> i & 1;
                    }
                }
                SortingNetwork.ofRanks(n, first, last).sort(rows, columns);
                for (int column = 0; column < columns; column++) {
                    int ones = Integer.bitCount(column);
                    for (int i = first; i <= last; i++) {
                        if (rows[i][column] != (i < n - ones ? 0f : 1f)) {
                            throw new AssertionError("rank %s of column %s".formatted(i, column));
                        }
                    }
                }
            }
        }
    }

    @Test
    void fewerRanksTakeFewerComparators() {
        assertThat(SortingNetwork.ofAllRanks(16).size()).isEqualTo(63);
        assertThat(SortingNetwork.ofRanks(16, 0, 0).size()).isEqualTo(15);
        assertThat(SortingNetwork.ofRanks(16, 7, 8).size()).isLessThan(55);
    }

    @Test
    void aNanReachesEveryWantedRank() {
        for (int i = 0; i < 9; i++) {
            var rows = new float[9][1];
            rows[i][0] = Float.NaN;
            SortingNetwork.ofRanks(9, 4, 4).sort(rows, 1);
            assertThat(rows[4][0]).isNaN();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 511, 512, 513, 1500})
    void sortsBlocksOfAnyLength(int d) {
        var random = new SplittableRandom(d);
        var rows = new float[17][d];
        for (var row : rows) {
            for (int j = 0; j < d; j++) {
                row[j] = (float) random.nextDouble(-1, 1);
            }
        }
        var before = Arrays.stream(rows).map(float[]::clone).toArray(float[][]::new);

        var sorted = sort(rows);

        for (int j = 0; j < d; j++) {
            var column = new float[17];
            for (int i = 0; i < 17; i++) {
                column[i] = before[i][j];
            }
            Arrays.sort(column);
            for (int i = 0; i < 17; i++) {
                assertThat(sorted[i][j]).isEqualTo(column[i]);
            }
        }
    }

    private static float[][] sort(float[][] rows) {
        var block = Arrays.stream(rows).map(float[]::clone).toArray(float[][]::new);
        SortingNetwork.ofAllRanks(rows.length).sort(block, rows[0].length);
        return block;
    }
}
