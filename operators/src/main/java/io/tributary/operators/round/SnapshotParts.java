package io.tributary.operators.round;

import io.tributary.operators.optimizer.ServerOptimizer;
import io.tributary.operators.rule.AggregationRule;
import io.tributary.operators.rule.Kept;
import io.tributary.schemas.model.ModelVersion;
import java.util.List;

/**
 * What a chunk publishes in a snapshot besides its parameters, part after part: the server
 * optimizer's moments, and the centre of a rule that keeps one.
 *
 * @param moments their names
 * @param centre whether there is one
 */
public record SnapshotParts(List<String> moments, boolean centre) {

    /** Of whoever is made by these; a genesis was made by no optimizer, and says so with "". */
    public static SnapshotParts of(String serverOptimizer, String rule) {
        if (serverOptimizer.isEmpty()) {
            return new SnapshotParts(List.of(), false);
        }
        return new SnapshotParts(
                ServerOptimizer.parse(serverOptimizer).momentNames(),
                AggregationRule.parse(rule).keeps() == Kept.CENTRE);
    }

    /** Those of a version. */
    public static SnapshotParts of(ModelVersion version) {
        return of(version.serverOptimizer(), version.rule());
    }

    /** How many parts there are besides the parameters. */
    public int count() {
        return moments.size() + (centre ? 1 : 0);
    }
}
