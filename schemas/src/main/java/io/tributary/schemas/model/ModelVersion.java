package io.tributary.schemas.model;

import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.codec.Crc32c;
import io.tributary.schemas.codec.TensorCodec;
import java.io.Serializable;
import java.util.List;

/**
 * The manifest of a model version. A version exists for a reader when the manifest and all the
 * chunks it names are there with the right checksums.
 *
 * @param model name of the model line
 * @param version version number, from 0
 * @param baseVersion version it was made from; -1 for a genesis
 * @param architecture the model's configuration as JSON in the Hugging Face {@code config.json}
 *     form
 * @param tokenizer {@code bytes}, or the hex SHA-256 of a {@code tokenizer.json}
 * @param layout the model's layout
 * @param codec how parameter chunks are encoded
 * @param chunkVersions for every chunk, the version under which its newest value was published
 * @param chunkCrcs for every chunk, the CRC32C of its payload
 * @param digest hex SHA-256 over {@code chunkCrcs}, big-endian, in chunk order
 * @param snapshotVersion newest version at or before this one that was published with all that its
 *     successor needs
 * @param momentParts parts per chunk of that snapshot besides the parameters: the optimizer's
 *     moments, the rule's centre, the master; 0 if there is nothing but parameters
 * @param chunksSinceMillis no chunk named here was appended before this broker time: where a reader
 *     without an offset starts
 * @param clock learning-rate clock after this version, in local steps
 * @param rule rule that combined the cohort; empty for a genesis
 * @param serverOptimizer server optimizer that took the step; empty for a genesis
 * @param cohort whose updates it contains, in silo-id order
 * @param measurements named figures of the step
 */
public record ModelVersion(
        String model,
        int version,
        int baseVersion,
        String architecture,
        String tokenizer,
        ModelLayout layout,
        Codec codec,
        int[] chunkVersions,
        int[] chunkCrcs,
        String digest,
        int snapshotVersion,
        int momentParts,
        long chunksSinceMillis,
        long clock,
        String rule,
        String serverOptimizer,
        List<CohortMember> cohort,
        List<Measurement> measurements)
        implements Serializable {

    /**
     * Which part of this version's chunks is the master: the float32 values that the parameters
     * were rounded from, and that the next step is taken on. 0 if there is none: where parameters
     * are published as they are, in a version that was given, and in one that is no snapshot.
     */
    public int masterPart() {
        boolean rounded = codec != Codec.F32 && !serverOptimizer.isEmpty();
        return rounded && snapshotVersion == version ? momentParts : 0;
    }

    /**
     * Whether a chunk holds values that round to the parameters of this version. The manifest has
     * no checksums of masters, and chunks of another making of the same version may be on the log.
     */
    public boolean isRoundingOf(ModelChunk master) {
        int elements = master.payload().length / master.codec().encodedBytes(1);
        var values = new float[elements];
        TensorCodec.decode(master.codec(), master.payload(), 0, elements, values, 0);
        return Crc32c.of(TensorCodec.encode(codec, values)) == chunkCrcs[master.chunk()];
    }
}
