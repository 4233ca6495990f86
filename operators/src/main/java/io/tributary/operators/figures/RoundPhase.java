package io.tributary.operators.figures;

import io.tributary.operators.round.CoordinatorState;

/** What a model line is about; always one of these. */
public enum RoundPhase {
    /** Too few silos are live for the next round. */
    WAITING_FOR_SILOS,
    /** A round is open; where rounds overlap, a version may be on its way beside it. */
    COLLECTING,
    /** A version has been decided, and readers cannot read it yet. */
    PUBLISHING,
    /** An operator holds the next round back. */
    PAUSED,
    /** Nothing is to be done: the last round is over, or a relay waits for its parent. */
    IDLE;

    /**
     * @param waitsForSilos whether all that the next round waits for is that enough silos are live
     */
    static RoundPhase of(CoordinatorState state, boolean waitsForSilos) {
        if (state.open() != null) {
            return COLLECTING;
        }
        if (state.publication() != null) {
            return PUBLISHING;
        }
        if (waitsForSilos) {
            return WAITING_FOR_SILOS;
        }
        return state.control().paused() ? PAUSED : IDLE;
    }
}
