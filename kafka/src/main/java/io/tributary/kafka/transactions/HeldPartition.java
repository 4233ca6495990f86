package io.tributary.kafka.transactions;

/**
 * A partition that a transaction has written to.
 *
 * @param topic its topic
 * @param partition its number
 * @param firstOffset offset of the transaction's first record; -1 if none is on the log yet
 * @param lastStableOffset where readers of committed records stop
 * @param endOffset end of the log
 */
public record HeldPartition(
        String topic, int partition, long firstOffset, long lastStableOffset, long endOffset) {

    /** Whether it is this transaction that readers wait for, and not one before it. */
    public boolean isBlocked() {
        return firstOffset >= 0 && firstOffset == lastStableOffset;
    }
}
