package io.tributary.schemas.model;

import io.tributary.schemas.codec.Codec;
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
 * @param snapshotVersion newest version at or before this one that was published with the
 *     optimizer's moments
 * @param momentParts moments per chunk in a snapshot; 0 for an optimizer without state
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
        implements Serializable {}
