package io.tributary.operators.flink;

import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.update.UpdateId;
import java.util.List;

/**
 * A decision of a relay, addressed to the owner of one chunk of the region's sum.
 *
 * @param key the chunk's key
 * @param kind what to do
 * @param round the round it is about
 * @param foldQuantumExponent grid of the sum
 * @param rows the update for {@code ACCEPT}; the cohort in silo-id order for {@code CLOSE}
 * @param id which upload of the relay this is; for {@code CLOSE} and {@code REPUBLISH}
 * @param codec {@code F64} to send the sum; another to send what it comes to
 * @param finish what the sum is multiplied by in the latter case
 */
public record RelayCommand(
        ChunkKey key,
        Kind kind,
        int round,
        int foldQuantumExponent,
        List<AcceptedRow> rows,
        UpdateId id,
        Codec codec,
        double finish) {

    RelayCommand withId(UpdateId next) {
        return new RelayCommand(key, kind, round, foldQuantumExponent, rows, next, codec, finish);
    }

    /** What the owner of a chunk can be told. */
    public enum Kind {
        /** The region's round begins. */
        OPEN,
        /** This update's row counts; no other upload of that silo does. */
        ACCEPT,
        /** Send the sum of exactly these rows. */
        CLOSE,
        /** Send it once more. */
        REPUBLISH,
        /** Nothing more comes of the round. */
        END
    }
}
