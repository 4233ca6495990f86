package io.tributary.operators;

import io.tributary.operators.update.ChunkVerifier;
import io.tributary.operators.update.CompleteUpdate;
import io.tributary.operators.update.UpdateEvent;
import io.tributary.schemas.codec.ChunkDigest;
import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.codec.Crc32c;
import io.tributary.schemas.codec.TensorCodec;
import io.tributary.schemas.update.ChunkRange;
import io.tributary.schemas.update.SiloRecord;
import io.tributary.schemas.update.UpdateChunk;
import io.tributary.schemas.update.UpdateEnd;
import io.tributary.schemas.update.UpdateId;
import io.tributary.schemas.update.UpdateManifest;
import io.tributary.schemas.wire.Wire;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A well-formed update of one silo to the {@link SmallFederation}, and the records it consists of,
 * spread over three partitions: chunk c in partition 1 + c mod 3, the manifest first in partition
 * 1, an end mark last in each.
 *
 * @param silo silo id
 * @param id round, attempt and nonce
 * @param codec codec of the payloads
 * @param normalizer what it reports as its local work
 * @param values of every chunk
 */
public record Upload(
        String silo, UpdateId id, Codec codec, double normalizer, List<float[]> values) {

    public static final int PARTITIONS = 3;

    /** When the broker appended the first record; each later one comes a millisecond after it. */
    public static final long APPENDED_MILLIS = 5_000;

    /** An update whose values depend on silo and round only. */
    public static Upload of(String silo, int round) {
        var values = new ArrayList<float[]>();
        for (int chunk = 0; chunk < SmallFederation.CHUNKS; chunk++) {
            long seed = (31L * silo.hashCode() + round) * 31 + chunk;
            values.add(SmallFederation.random(SmallFederation.elements(chunk), seed));
        }
        return new Upload(silo, new UpdateId(round, 1, 77), Codec.F32, 10, values);
    }

    public Upload withAttempt(int attempt) {
        return new Upload(silo, new UpdateId(id.round(), attempt, 77), codec, normalizer, values);
    }

    public Upload withCodec(Codec other) {
        return new Upload(silo, id, other, normalizer, values);
    }

    public Upload withNormalizer(double other) {
        return new Upload(silo, id, codec, other, values);
    }

    public Upload withChunk(int chunk, float... other) {
        var changed = new ArrayList<>(values);
        changed.set(chunk, other);
        return new Upload(silo, id, codec, normalizer, changed);
    }

    public UpdateChunk chunk(int chunk) {
        var payload = TensorCodec.encode(codec, FloatBuffer.wrap(values.get(chunk)));
        double squaredNorm = 0;
        for (float value : values.get(chunk)) {
            squaredNorm += (double) value * value;
        }
        return new UpdateChunk(
                SmallFederation.MODEL,
                id,
                chunk,
                codec,
                values.get(chunk).length,
                Crc32c.of(payload),
                squaredNorm,
                payload);
    }

    public UpdateManifest manifest() {
        var crcs = new int[values.size()];
        for (int chunk = 0; chunk < crcs.length; chunk++) {
            crcs[chunk] = chunk(chunk).crc32c();
        }
        return new UpdateManifest(
                SmallFederation.MODEL,
                id,
                id.round() - 1,
                SmallFederation.LAYOUT.digest(),
                640,
                10,
                normalizer,
                1,
                2.5,
                codec,
                List.of(new ChunkRange(0, crcs.length, 1)),
                ChunkDigest.of(crcs),
                norm());
    }

    public double norm() {
        double sum = 0;
        for (int chunk = 0; chunk < values.size(); chunk++) {
            sum += chunk(chunk).squaredNorm();
        }
        return Math.sqrt(sum);
    }

    public UpdateEnd end(int partition) {
        int count = (values.size() - partition) / PARTITIONS + 1;
        return new UpdateEnd(
                SmallFederation.MODEL,
                id,
                partition,
                List.of(new ChunkRange(partition - 1, count, PARTITIONS)));
    }

    /** What lies in each partition, in order; the first list is partition 1. */
    public List<List<SiloRecord>> partitions() {
        var partitions = new ArrayList<List<SiloRecord>>();
        long appended = APPENDED_MILLIS;
        for (int partition = 1; partition <= PARTITIONS; partition++) {
            var values = new ArrayList<Record>();
            if (partition == 1) {
                values.add(manifest());
            }
            for (int chunk = partition - 1; chunk < this.values.size(); chunk += PARTITIONS) {
                values.add(chunk(chunk));
            }
            values.add(end(partition));
            var records = new ArrayList<SiloRecord>();
            for (var value : values) {
                records.add(
                        new SiloRecord(
                                silo, partition, records.size(), appended++, Wire.encode(value)));
            }
            partitions.add(records);
        }
        return partitions;
    }

    /** The fact that a tracker learns from a manifest, a chunk or an end mark. */
    public UpdateEvent event(Record record, int partition, long offset, long appendMillis) {
        return new UpdateEvent(
                silo,
                SmallFederation.MODEL,
                id,
                partition,
                offset,
                appendMillis,
                record instanceof UpdateManifest manifest ? manifest : null,
                record instanceof UpdateChunk chunk
                        ? new ChunkVerifier(SmallFederation.LAYOUT).check(chunk)
                        : null,
                record instanceof UpdateEnd end ? end : null);
    }

    /** What is known of it once it has been read whole. */
    public CompleteUpdate complete(long arrivedMillis) {
        double largest = 0;
        for (var chunk : values) {
            for (float value : chunk) {
                largest = Math.max(largest, Math.abs(value));
            }
        }
        return new CompleteUpdate(
                silo,
                SmallFederation.MODEL,
                id,
                false,
                id.round() - 1,
                10,
                640,
                normalizer,
                2.5,
                norm(),
                largest,
                1,
                0,
                arrivedMillis);
    }
}
