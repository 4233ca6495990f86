package io.tributary.schemas.model;

/** What a block of the layout holds. */
public enum Slot {
    /** Model parameters. */
    WEIGHTS,
    /** Control variates (SCAFFOLD). */
    CONTROL,
    /** Low-rank or other adapters. */
    ADAPTER,
    /** Optimizer moments. */
    MOMENT
}
