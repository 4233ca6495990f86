package io.tributary.tests.bench;

/**
 * How thoroughly a case is measured.
 *
 * @param forks JVMs, one after the other; 0 measures in this one
 * @param warmups aggregations that do not count, in each
 * @param measurements aggregations that count, in each
 */
record Effort(int forks, int warmups, int measurements) {

    static final Effort FULL = new Effort(1, 4, 9);
    static final Effort QUICK = new Effort(1, 3, 5);
}
