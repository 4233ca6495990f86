package io.tributary.operators.update;

import io.tributary.schemas.update.RejectionReason;

/**
 * Why something a silo sent cannot be used.
 *
 * @param reason class of the fault
 * @param detail one sentence: the rule, the values, the remedy
 * @param chunk chunk it concerns; -1 for the whole update
 */
public record Fault(RejectionReason reason, String detail, int chunk) {

    /** Of a whole update. */
    public static Fault of(RejectionReason reason, String detail, Object... values) {
        return new Fault(reason, detail.formatted(values), -1);
    }
}
