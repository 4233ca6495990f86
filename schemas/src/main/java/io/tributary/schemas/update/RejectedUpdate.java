package io.tributary.schemas.update;

/**
 * Why something a silo sent is not part of the model: the reason and the coordinates, never the
 * payload.
 *
 * @param silo the silo whose topic it came from
 * @param partition partition of the offending record, or of the manifest
 * @param offset offset of the offending record, or of the manifest
 * @param model model it claimed, empty if unreadable
 * @param round round it claimed, -1 if unreadable
 * @param attempt attempt it claimed, -1 if unreadable
 * @param chunk chunk it claimed, -1 if it concerns the whole update
 * @param reason the class of the fault, for counting
 * @param detail one sentence: the rule, the values, the remedy
 * @param appendMillis when the broker appended the record, epoch milliseconds
 */
public record RejectedUpdate(
        String silo,
        int partition,
        long offset,
        String model,
        int round,
        int attempt,
        int chunk,
        RejectionReason reason,
        String detail,
        long appendMillis) {}
