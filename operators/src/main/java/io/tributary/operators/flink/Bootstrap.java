package io.tributary.operators.flink;

import io.tributary.operators.round.ClosedRound;
import io.tributary.operators.round.RoundPolicy;
import io.tributary.operators.round.SnapshotParts;
import io.tributary.schemas.control.CommandRecord;
import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.round.RoundPlan;
import java.io.Serializable;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where a job without state begins: the newest version that can be read whole.
 *
 * @param version its manifest
 * @param moments whether the moments of {@code version.snapshotVersion()} can be read too
 * @param openPlan the plan of the round that follows it, if one was written already
 * @param past the rounds before it whose updates may still come, ascending; empty where late ones
 *     are dropped
 * @param commands what operators have asked for so far
 * @param refused offsets of those commands that are known to have been refused
 */
public record Bootstrap(
        ModelVersion version,
        boolean moments,
        @Nullable RoundPlan openPlan,
        List<ClosedRound> past,
        List<CommandRecord> commands,
        Set<Long> refused)
        implements Serializable {

    /** None of the commands was refused. */
    public Bootstrap(
            ModelVersion version,
            boolean moments,
            @Nullable RoundPlan openPlan,
            List<ClosedRound> past,
            List<CommandRecord> commands) {
        this(version, moments, openPlan, past, commands, Set.of());
    }

    /** Offset on the control topic of the first command that the version knows nothing of. */
    long controlOffset() {
        return version.measurements().stream()
                .filter(m -> m.name().equals(RoundPolicy.CONTROL_OFFSET))
                .mapToLong(m -> (long) m.value())
                .findFirst()
                .orElse(0);
    }

    /**
     * Whether there is a snapshot of just what the version's optimizer and rule keep. An older one,
     * from before the first of their kind, is of no use.
     */
    boolean hasMoments() {
        return moments && version.momentParts() == SnapshotParts.of(version).count();
    }

    /** Parts per chunk, besides the parameters, that seeds will bring. */
    int momentParts() {
        return hasMoments() ? version.momentParts() : 0;
    }

    /** Those of them that are the server optimizer's; one more is the rule's centre. */
    int optimizerParts() {
        return hasMoments() ? SnapshotParts.of(version).moments().size() : 0;
    }
}
