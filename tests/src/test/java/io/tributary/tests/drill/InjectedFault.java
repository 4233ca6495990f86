package io.tributary.tests.drill;

/**
 * A fault that was injected.
 *
 * @param fault as scheduled
 * @param note to whom, or how
 * @param effect whether it did what its kind says
 * @param recoverySeconds from the fault to the next version that could be read
 */
record InjectedFault(Fault fault, String note, Effect effect, double recoverySeconds) {

    /** What became of a fault. */
    enum Effect {
        /** It did what its kind says. */
        DONE,
        /** What it was to interrupt was over, or did not come: something happened, but not that. */
        MOMENT_MISSED,
        /** It came at its moment, and nothing of what was to be lost was lost. */
        NOTHING_LOST
    }
}
