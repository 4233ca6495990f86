package io.tributary.schemas.round;

/** Where a round stands after a decision of the coordinator. */
public enum RoundStatus {
    /** The cohort is fixed; the version of this number is being made. */
    CLOSED,
    /** The deadline passed without a quorum; the round waits for another deadline. */
    EXTENDED,
    /**
     * The round was given up, for a roll-back or, in a region, because its parent's round had
     * ended; its updates are in no version.
     */
    ABANDONED
}
