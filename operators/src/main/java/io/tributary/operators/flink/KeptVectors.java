package io.tributary.operators.flink;

import io.tributary.operators.kernel.FloatRows;
import io.tributary.operators.kernel.RowSource;
import io.tributary.operators.rule.AggregationRule;
import io.tributary.operators.rule.Kept;
import java.util.List;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.jspecify.annotations.Nullable;

/**
 * What a rule keeps of one chunk from round to round: a centre, or the sum of all rows of each
 * silo.
 *
 * <p>What the rule of the newest version does not keep is forgotten: a centre is there when, and
 * only when, that rule keeps one, and none is of another time.
 */
final class KeptVectors {

    private final ValueState<float[]> centre;
    private final MapState<String, float[]> histories;

    KeptVectors(RuntimeContext runtime) {
        var floats = BulkArraySerializer.floats();
        centre = runtime.getState(new ValueStateDescriptor<>("centre", floats));
        histories =
                runtime.getMapState(
                        new MapStateDescriptor<>("histories", StringSerializer.INSTANCE, floats));
    }

    float @Nullable [] centre() throws Exception {
        return centre.value();
    }

    void seedCentre(float[] values) throws Exception {
        centre.update(values);
    }

    /** The rows whose inner products a rule has to see. */
    RowSource toMeasure(AggregationRule rule, List<String> silos, RowSource rows) throws Exception {
        return rule.keeps() == Kept.HISTORIES
                ? histories(silos, rows)
                : rule.rowsToCombine(rows, centre.value());
    }

    /**
     * Keeps what the rule wants to see in the next round.
     *
     * @param nextCentre null if it keeps none
     */
    void update(
            AggregationRule rule, List<String> silos, RowSource rows, float @Nullable [] nextCentre)
            throws Exception {
        if (rule.keeps() == Kept.HISTORIES) {
            var sums = histories(silos, rows).values();
            for (int i = 0; i < sums.length; i++) {
                histories.put(silos.get(i), sums[i]);
            }
        } else {
            histories.clear();
        }
        if (nextCentre == null) {
            centre.clear();
        } else {
            centre.update(nextCentre);
        }
    }

    /** Forgets everything: a rule that folds keeps nothing. */
    void clear() {
        centre.clear();
        histories.clear();
    }

    /** The sum of all rows of each silo, this round's included. */
    private FloatRows histories(List<String> silos, RowSource rows) throws Exception {
        var sums = new float[rows.rows()][rows.length()];
        for (int i = 0; i < sums.length; i++) {
            rows.read(i, 0, rows.length(), sums[i]);
            var before = histories.get(silos.get(i));
            if (before != null) {
                for (int j = 0; j < before.length; j++) {
                    sums[i][j] += before[j];
                }
            }
        }
        return new FloatRows(sums);
    }
}
