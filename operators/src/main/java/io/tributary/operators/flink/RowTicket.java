package io.tributary.operators.flink;

/**
 * Stands for the payload of a row that stays in its process.
 *
 * @param process which process; 0 if the payload is in the row itself
 * @param sender which of its senders
 * @param number which of its rows
 */
public record RowTicket(long process, long sender, long number) {

    /** Of a row that has its payload. */
    static final RowTicket NONE = new RowTicket(0, 0, 0);

    boolean isNone() {
        return process == 0;
    }
}
