package io.tributary.schemas.update;

/** The classes of fault that keep an update, or one record of it, out of the model. */
public enum RejectionReason {
    /** Not a record of this federation: unknown frame or schema, truncated, or over its bounds. */
    MALFORMED,
    /** A record type that has no place on an update topic. */
    UNEXPECTED_TYPE,
    /** A model name this job does not aggregate. */
    UNKNOWN_MODEL,
    /** Trained against another layout than the model's. */
    LAYOUT_MISMATCH,
    /** A chunk index outside the layout. */
    CHUNK_OUT_OF_RANGE,
    /** A chunk whose number of values differs from the layout's. */
    LENGTH_MISMATCH,
    /** A payload that does not match its checksum. */
    CRC_MISMATCH,
    /** A value that is NaN or infinite. */
    NOT_FINITE,
    /** A value too large for the fixed grid of the folding rules. */
    OUT_OF_RANGE,
    /** A manifest field outside its range, a normalizer of 0 for instance. */
    INVALID_MANIFEST,
    /** The chunks that arrived are not the chunks the manifest announced. */
    DIGEST_MISMATCH,
    /** Chunks that were announced and never came. */
    INCOMPLETE,
    /** Chunks or end marks that no manifest announced. */
    NO_MANIFEST,
    /** Trained from another version than the round's base. */
    WRONG_BASE_VERSION,
    /** A silo the round's plan does not name. */
    NOT_IN_PLAN,
    /** A round that has not been planned yet. */
    UNKNOWN_ROUND,
    /** A second update of the same silo for the same round; the first one counts. */
    DUPLICATE,
    /** Complete, but after the round had closed. */
    LATE,
    /** Complete, but later than late updates are taken. */
    STALE,
    /** A silo that an operator has evicted. */
    EVICTED
}
