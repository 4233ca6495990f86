package io.tributary.tests.drill;

import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.round.RoundPlan;
import io.tributary.schemas.update.RejectedUpdate;
import io.tributary.schemas.update.UpdateId;
import io.tributary.schemas.update.UpdateManifest;
import java.util.List;

/**
 * All that can be read of a federation, payloads aside: what an outsider judges it by.
 *
 * @param manifests of versions, in log order
 * @param chunks of models and seeds
 * @param plans in log order
 * @param rejected in log order
 * @param uploads manifests of updates
 * @param rows chunks of updates
 * @param malformed what is on these topics and cannot be decoded
 */
record FederationLog(
        List<ModelVersion> manifests,
        List<StoredChunk> chunks,
        List<RoundPlan> plans,
        List<RejectedUpdate> rejected,
        List<Upload> uploads,
        List<Row> rows,
        List<Malformed> malformed) {

    FederationLog {
        manifests = List.copyOf(manifests);
        chunks = List.copyOf(chunks);
        plans = List.copyOf(plans);
        rejected = List.copyOf(rejected);
        uploads = List.copyOf(uploads);
        rows = List.copyOf(rows);
        malformed = List.copyOf(malformed);
    }

    /**
     * A chunk of a model.
     *
     * @param part 0 for parameters, k for the k-th moment
     * @param payloadBytes length of its payload
     * @param crc32c checksum of its payload, computed by the reader
     */
    record StoredChunk(
            int version, int chunk, int part, Codec codec, int payloadBytes, int crc32c) {}

    /**
     * The manifest of an update.
     *
     * @param silo whose topic it is on
     */
    record Upload(String silo, int partition, long offset, UpdateManifest manifest) {}

    /**
     * A chunk of an update.
     *
     * @param silo whose topic it is on
     * @param crc32c checksum of its payload, computed by the reader
     */
    record Row(String silo, UpdateId id, int chunk, int crc32c) {}

    /**
     * A record that is none of the federation's.
     *
     * @param why what was found instead
     */
    record Malformed(String topic, int partition, long offset, String why) {}
}
