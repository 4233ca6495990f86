package io.tributary.operators.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RankedTileTest {

    @Test
    void everyValueKnowsItsRow() {
        int n = 13;
        var random = new SplittableRandom(1);
        var tile = new float[n][ColumnCombiner.TILE];
        for (var row : tile) {
            for (int j = 0; j < row.length; j++) {
                row[j] = Float.intBitsToFloat(random.nextInt());
                row[j] = Float.isNaN(row[j]) ? Float.MIN_VALUE : row[j];
            }
        }
        var ranked = new RankedTile(n);
        ranked.sort(tile, 500);
        for (int j = 0; j < 500; j++) {
            var column = new float[n];
            var seen = new boolean[n];
            for (int i = 0; i < n; i++) {
                column[i] = tile[i][j];
            }
            Arrays.sort(column);
            for (int rank = 0; rank < n; rank++) {
                assertThat(ranked.value(rank, j)).isEqualTo(column[rank]);
                int row = ranked.row(rank, j);
                assertThat(tile[row][j]).isEqualTo(column[rank]);
                assertThat(seen[row]).isFalse();
                seen[row] = true;
            }
        }
    }

    @Test
    void specialValuesComeBackAsTheyWere() {
        float[] values = {
            Float.POSITIVE_INFINITY,
            Float.MAX_VALUE,
            Float.MIN_VALUE,
            0.0f,
            -0.0f,
            -Float.MIN_VALUE,
            -Float.MAX_VALUE,
            Float.NEGATIVE_INFINITY
        };
        var tile = new float[values.length][1];
        for (int i = 0; i < values.length; i++) {
            tile[i][0] = values[i];
        }
        var ranked = new RankedTile(values.length);
        ranked.sort(tile, 1);
        for (int rank = 0; rank < values.length; rank++) {
            int row = values.length - 1 - rank;
            assertThat(ranked.row(rank, 0)).isEqualTo(row);
            assertThat(ranked.value(rank, 0)).isEqualTo(values[row]);
        }
    }
}
