package io.tributary.operators.flink;

import io.tributary.operators.round.SnapshotParts;
import io.tributary.schemas.model.ModelVersion;

/**
 * An earlier version that is to become the newest.
 *
 * @param version number that it gets
 * @param target what it is now
 * @param moments whether the server optimizer's moments come back with it
 */
public record SeedOrder(int version, ModelVersion target, boolean moments) {

    /** Rule that the chunks have been made by; empty if nothing but parameters comes back. */
    String rule() {
        return moments ? target.rule() : "";
    }

    /** Server optimizer whose moments come back; empty if none do. */
    String serverOptimizer() {
        return moments ? target.serverOptimizer() : "";
    }

    SnapshotParts parts() {
        return SnapshotParts.of(serverOptimizer(), rule(), target.codec());
    }
}
