package io.tributary.operators.flink;

import io.tributary.operators.round.ClosedRound;
import io.tributary.operators.round.RoundPolicy;
import io.tributary.operators.round.SnapshotParts;
import io.tributary.schemas.control.CommandRecord;
import io.tributary.schemas.model.ModelChunk;
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

    /** What seeds will bring besides the parameters; of the master, see {@link #parametersPart}. */
    SnapshotParts parts() {
        return hasMoments() ? SnapshotParts.of(version) : SnapshotParts.NONE;
    }

    /**
     * Which part of a chunk its parameters begin with: the master, if it is of this very version,
     * or 0, the parameters as published. The master of an older snapshot has been stepped on since.
     */
    int parametersPart() {
        return hasMoments() ? version.masterPart() : 0;
    }

    /** Whether a chunk, of which the checksum is right, is one of the values to begin with. */
    boolean isSeed(ModelChunk chunk) {
        if (chunk.version() > version.version()) {
            return false; // of all that this job makes, without looking closer
        }
        int part = chunk.part();
        if (part == parametersPart()) {
            return part == 0
                    ? isNamed(chunk)
                    : chunk.version() == version.version() && version.isRoundingOf(chunk);
        }
        var parts = parts();
        return part > 0
                && part <= parts.moments().size() + (parts.centre() ? 1 : 0)
                && chunk.version() == version.snapshotVersion();
    }

    private boolean isNamed(ModelChunk chunk) {
        return chunk.version() == version.chunkVersions()[chunk.chunk()]
                && chunk.crc32c() == version.chunkCrcs()[chunk.chunk()];
    }
}
