package io.tributary.operators.flink;

import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.round.RoundPlan;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * Where a job without state begins: the newest version that can be read whole.
 *
 * @param version its manifest
 * @param moments whether the moments of {@code version.snapshotVersion()} can be read too
 * @param openPlan the plan of the round that follows it, if one was written already
 */
public record Bootstrap(ModelVersion version, boolean moments, @Nullable RoundPlan openPlan)
        implements Serializable {

    /** Moments per chunk that seeds will bring. */
    int momentParts() {
        return moments ? version.momentParts() : 0;
    }
}
