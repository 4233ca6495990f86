package io.tributary.kafka.transactions;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A transaction that has not ended, and what it keeps from readers. Times are the broker's.
 *
 * @param transactionalId the name its producer goes by; null if the coordinator knows of no such
 *     transaction, see {@link #isHanging}
 * @param owner whose it is
 * @param producerId the producer, as the log names it
 * @param state as the coordinator has it
 * @param started when it began, or, if it hangs, when it last wrote
 * @param lastWritten when its newest record was appended; {@code started} if there is none
 * @param timeout after which the broker ends it, at its next look (every 10 s by default); zero if
 *     it never will
 * @param partitions the partitions of the federation it has written to, in their order
 */
public record OpenTransaction(
        @Nullable String transactionalId,
        TransactionOwner owner,
        long producerId,
        State state,
        Instant started,
        Instant lastWritten,
        Duration timeout,
        List<HeldPartition> partitions) {

    /** How far it is. */
    public enum State {
        /** Records may follow. */
        ONGOING,
        /** Decided; the broker is telling the partitions. It cannot be aborted any more. */
        ENDING,
        /** On the log, but unknown to its coordinator. */
        HANGING
    }

    public OpenTransaction {
        partitions = List.copyOf(partitions);
    }

    /**
     * Whether nobody will ever end it: it is open on a partition, and its coordinator does not know
     * it. Brokers with {@code transaction.version} 2 do not let it come to that. It also looks like
     * this to a caller who may read the topics but not describe the transactional id.
     */
    public boolean isHanging() {
        return state == State.HANGING;
    }

    /** Whether what becomes of it is decided. */
    public boolean isEnding() {
        return state == State.ENDING;
    }

    /** How long it has been open. */
    public Duration age(Instant now) {
        return Duration.between(started, now);
    }

    /** How long it has not written anything: a live producer writes. */
    public Duration quiet(Instant now) {
        return Duration.between(lastWritten, now);
    }

    /** Its transactional id, or what there is instead. */
    public String name() {
        return transactionalId == null ? "producer " + producerId : transactionalId;
    }
}
