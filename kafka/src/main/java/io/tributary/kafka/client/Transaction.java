package io.tributary.kafka.client;

import java.util.function.Supplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.KafkaException;

/** All records of a body, or none; or none in any case. */
final class Transaction {

    private Transaction() {}

    /**
     * Runs the body and commits. If either fails, aborts and passes the failure on; if aborting is
     * impossible too, the broker aborts when the producer's id is opened again, or by time-out. A
     * commit that timed out may have succeeded all the same: whoever opens the id again can tell by
     * what is on the log.
     */
    static void run(KafkaProducer<byte[], byte[]> producer, Runnable body) {
        var unused =
                run(
                        producer,
                        () -> {
                            body.run();
                            return true;
                        });
    }

    /**
     * Like {@link #run(KafkaProducer, Runnable)}.
     *
     * @return what the body returned
     */
    static <T> T run(KafkaProducer<byte[], byte[]> producer, Supplier<T> body) {
        producer.beginTransaction();
        try {
            var result = body.get();
            producer.commitTransaction();
            return result;
        } catch (RuntimeException e) {
            abortAfter(e, producer);
            throw e;
        }
    }

    /**
     * Runs the body and aborts. If the body fails, passes its failure on, whether aborting is
     * possible or not, as in {@link #run(KafkaProducer, Supplier)}.
     *
     * @return what the body returned
     */
    static <T> T abort(KafkaProducer<byte[], byte[]> producer, Supplier<T> body) {
        producer.beginTransaction();
        T result;
        try {
            result = body.get();
        } catch (RuntimeException e) {
            abortAfter(e, producer);
            throw e;
        }
        producer.abortTransaction();
        return result;
    }

    private static void abortAfter(
            RuntimeException failure, KafkaProducer<byte[], byte[]> producer) {
        try {
            producer.abortTransaction();
        } catch (KafkaException | IllegalStateException abortFailure) {
            // Illegal after a commit that timed out: it may have succeeded.
            failure.addSuppressed(abortFailure);
        }
    }
}
