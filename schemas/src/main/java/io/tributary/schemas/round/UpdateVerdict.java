package io.tributary.schemas.round;

/**
 * What became of one silo's update.
 *
 * @param silo silo id
 * @param status accepted into the version, rejected with a reason on the rejected topic, or missing
 *     when the round closed (it may still come, and is then late)
 * @param round round that the accepted update was trained for, an earlier one if it came late; 0 if
 *     none
 * @param attempt attempt that was accepted; 0 if none
 * @param arrivedMillis broker append time of its last record, epoch milliseconds; 0 if none
 */
public record UpdateVerdict(
        String silo, Status status, int round, int attempt, long arrivedMillis) {

    /** The ends an update can come to before its round closes. */
    public enum Status {
        ACCEPTED,
        REJECTED,
        MISSING
    }
}
