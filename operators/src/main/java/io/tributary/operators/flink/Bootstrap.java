package io.tributary.operators.flink;

import io.tributary.operators.optimizer.ServerOptimizer;
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

    /** Parts per chunk, besides the parameters, that seeds will bring. */
    int momentParts() {
        return moments ? version.momentParts() : 0;
    }

    /** Those of them that are the server optimizer's; one more is the rule's centre. */
    int optimizerParts() {
        return moments && version.momentParts() > 0
                ? ServerOptimizer.parse(version.serverOptimizer()).moments()
                : 0;
    }
}
