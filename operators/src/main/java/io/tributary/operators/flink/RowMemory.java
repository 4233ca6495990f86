package io.tributary.operators.flink;

/** What of a round is memory that can be made again from the log, and need not be state. */
public enum RowMemory {
    /** Nothing: there is nowhere to read it from again. */
    NONE,
    /**
     * Running sums. Rows that are held are state: for state backends that keep more on disk than
     * memory has room for.
     */
    SUMS,
    /** Running sums and rows that are held. */
    SUMS_AND_ROWS
}
