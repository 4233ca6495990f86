package io.tributary.operators.flink;

import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.api.common.JobID;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.jspecify.annotations.Nullable;

/**
 * Payloads on their way between two tasks of one process.
 *
 * <p>Between tasks Flink writes every record to bytes and reads it back, also where both are in one
 * process: copies of a chunk, and arrays of its size, of which nothing comes. So where the owner of
 * a chunk is in the sender's process, a {@linkplain RowTicket ticket} is sent, and the payload
 * waits here.
 *
 * <p>No promise hangs on it. What waits is bounded; a row beyond that goes with its payload, and
 * Flink's backpressure applies to it. A payload that is not there when its ticket comes, because
 * the process is another one by now, is read from the log again.
 */
final class LocalRows {

    /** Bytes that wait for the receivers of one sender at most. */
    private static final long MOST_WAITING = 4L << 20;

    /** No two processes have the same; never 0. */
    private static final long PROCESS = UUID.randomUUID().getMostSignificantBits() | 1;

    private static final AtomicLong SENDER_NUMBERS = new AtomicLong();
    private static final Map<Long, Sender> SENDERS = new ConcurrentHashMap<>();
    private static final Map<Task, Receiver> RECEIVERS = new ConcurrentHashMap<>();

    private LocalRows() {}

    /** One of the tasks that own a job's chunks. */
    private record Task(JobID job, int index, int parallelism) {}

    /** Opens the sending end of a task; to be closed with it. */
    static Sender sender(JobID job, int receivers) {
        var sender = new Sender(SENDER_NUMBERS.incrementAndGet(), job, receivers);
        SENDERS.put(sender.number, sender);
        return sender;
    }

    /** Opens the receiving end of a task; to be closed with it. */
    static Receiver receiver(JobID job, int index, int parallelism) {
        var receiver = new Receiver(new Task(job, index, parallelism));
        RECEIVERS.put(receiver.task, receiver);
        return receiver;
    }

    /** The sending end. Used by one thread; receivers are others. */
    static final class Sender implements AutoCloseable {

        private static final byte[] ELSEWHERE = {};

        private final long number;
        private final JobID job;
        private final int receivers;
        private final Map<Long, byte[]> waiting = new ConcurrentHashMap<>();
        private final AtomicLong waitingBytes = new AtomicLong();
        private long rows;

        private Sender(long number, JobID job, int receivers) {
            this.number = number;
            this.job = job;
            this.receivers = receivers;
        }

        /** The row as it is to be sent: with a ticket for its payload, or as it is. */
        ChunkRow toSend(ChunkRow row) {
            var payload = row.chunk().payload();
            int owner =
                    KeyGroupRangeAssignment.assignKeyToParallelOperator(
                            row.key(), ChunkKey.MAX_PARALLELISM, receivers);
            boolean isHere = RECEIVERS.containsKey(new Task(job, owner, receivers));
            if (!isHere || waitingBytes.get() + payload.length > MOST_WAITING) {
                return row;
            }
            long ticket = ++rows;
            waitingBytes.addAndGet(payload.length);
            waiting.put(ticket, payload);
            return row.with(
                    row.chunk().withPayload(ELSEWHERE), new RowTicket(PROCESS, number, ticket));
        }

        private byte @Nullable [] take(long ticket) {
            var payload = waiting.remove(ticket);
            if (payload != null) {
                waitingBytes.addAndGet(-payload.length);
            }
            return payload;
        }

        @Override
        public void close() {
            SENDERS.remove(number, this);
        }
    }

    /** The receiving end. */
    static final class Receiver implements AutoCloseable {

        private final Task task;

        private Receiver(Task task) {
            this.task = task;
        }

        /**
         * The payload that a ticket stands for, once.
         *
         * @return null if it is not here any more
         */
        byte @Nullable [] take(RowTicket ticket) {
            var sender = ticket.process() == PROCESS ? SENDERS.get(ticket.sender()) : null;
            return sender == null ? null : sender.take(ticket.number());
        }

        @Override
        public void close() {
            RECEIVERS.remove(task, this);
        }
    }
}
