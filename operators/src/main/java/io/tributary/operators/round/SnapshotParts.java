package io.tributary.operators.round;

import io.tributary.operators.optimizer.ServerOptimizer;
import io.tributary.operators.rule.AggregationRule;
import io.tributary.operators.rule.Kept;
import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.model.ModelVersion;
import java.util.List;

/**
 * What a chunk publishes in a snapshot besides its parameters, part after part: the server
 * optimizer's moments, the centre of a rule that keeps one, and the master where the parameters are
 * published rounded.
 *
 * @param moments their names
 * @param centre whether there is one
 * @param master whether there are parameters of more digits than the published ones
 */
public record SnapshotParts(List<String> moments, boolean centre, boolean master) {

    /** Nothing but parameters. */
    public static final SnapshotParts NONE = new SnapshotParts(List.of(), false, false);

    /** Of whoever is made by these; a genesis was made by no optimizer, and says so with "". */
    public static SnapshotParts of(String serverOptimizer, String rule, Codec codec) {
        if (serverOptimizer.isEmpty()) {
            return NONE;
        }
        return new SnapshotParts(
                ServerOptimizer.parse(serverOptimizer).momentNames(),
                AggregationRule.parse(rule).keeps() == Kept.CENTRE,
                codec != Codec.F32);
    }

    /** Those of a version. */
    public static SnapshotParts of(ModelVersion version) {
        return of(version.serverOptimizer(), version.rule(), version.codec());
    }

    /** How many parts there are besides the parameters. */
    public int count() {
        return moments.size() + (centre ? 1 : 0) + (master ? 1 : 0);
    }

    /** Which part the centre is, if there is one. */
    public int centrePart() {
        return moments.size() + 1;
    }

    /** Which part the next step is taken on: the master, or 0, the parameters as published. */
    public int parametersPart() {
        return master ? count() : 0;
    }
}
