package io.tributary.tests.drill;

/**
 * One thing that goes wrong.
 *
 * @param kind what
 * @param round in which round, from 1
 * @param moment when in that round
 * @param victim a number to choose among silos or task managers by; not negative
 * @param variant whether to do it the other way, where there are two
 */
record Fault(FaultKind kind, int round, Moment moment, int victim, boolean variant) {

    @Override
    public String toString() {
        return "%s in round %s %s".formatted(kind, round, moment);
    }
}
