package io.tributary.kafka;

import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;

/** What the cluster answers to a request of an administrator. */
public final class Answer {

    private Answer() {}

    /**
     * Waits for it.
     *
     * @param request what was asked, as the end of "cannot ..."
     * @throws TimeoutException if it did not come
     * @throws KafkaException if the cluster refuses, naming the request and the reason; the cause
     *     is the cluster's own error
     */
    public static <T> T to(String request, KafkaFuture<T> answer) {
        try {
            return answer.get();
        } catch (ExecutionException e) {
            var message = "cannot %s: %s".formatted(request, e.getCause().getMessage());
            throw e.getCause() instanceof TimeoutException timeout
                    ? new TimeoutException(message, timeout)
                    : new KafkaException(message, e.getCause());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }
}
