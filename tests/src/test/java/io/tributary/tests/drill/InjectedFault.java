package io.tributary.tests.drill;

/**
 * A fault that was injected.
 *
 * @param fault as scheduled
 * @param note to whom, or how
 * @param recoverySeconds from the fault to the next version that could be read
 */
record InjectedFault(Fault fault, String note, double recoverySeconds) {}
