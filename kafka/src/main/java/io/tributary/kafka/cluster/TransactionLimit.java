package io.tributary.kafka.cluster;

import org.apache.kafka.common.errors.InvalidTxnTimeoutException;
import org.apache.kafka.common.protocol.Errors;

/** How a producer says that the broker does not take the timeout of its transactions. */
public final class TransactionLimit {

    private TransactionLimit() {}

    /**
     * Whether a transaction's timeout was out of the broker's bounds: above 0, and at most its
     * {@code transaction.max.timeout.ms}. The client tells the error by its message alone.
     */
    public static boolean isRefusal(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            var message = cause.getMessage();
            if (cause instanceof InvalidTxnTimeoutException
                    || (message != null
                            && message.contains(Errors.INVALID_TRANSACTION_TIMEOUT.message()))) {
                return true;
            }
        }
        return false;
    }
}
