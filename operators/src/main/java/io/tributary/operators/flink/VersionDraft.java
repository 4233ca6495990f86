package io.tributary.operators.flink;

import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.model.CohortMember;
import io.tributary.schemas.model.Measurement;
import java.util.List;

/**
 * What the manifest of a version will say, except for what only its chunks can tell.
 *
 * @param model name of the model line
 * @param version version number
 * @param baseVersion version it is made from
 * @param clock learning-rate clock after it
 * @param chunksSinceMillis broker time before which no chunk of it was appended
 * @param snapshot whether the moments are published with it
 * @param codec how its parameters are published
 * @param rule rule of the round
 * @param serverOptimizer server optimizer of the round
 * @param cohort in silo-id order
 * @param measurements figures of the round that the next one needs again
 */
public record VersionDraft(
        String model,
        int version,
        int baseVersion,
        long clock,
        long chunksSinceMillis,
        boolean snapshot,
        Codec codec,
        String rule,
        String serverOptimizer,
        List<CohortMember> cohort,
        List<Measurement> measurements) {

    public VersionDraft {
        codec = codec == null ? Codec.F32 : codec; // of state from before there was a choice
    }
}
