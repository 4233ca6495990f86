package io.tributary.operators.round;

import io.tributary.operators.update.CompleteUpdate;

/**
 * An update that was taken into a round.
 *
 * @param update what arrived
 * @param weight its weight: the silo's share in the plan it was trained for, discounted if it came
 *     late
 */
public record AcceptedUpdate(CompleteUpdate update, double weight) {

    public String silo() {
        return update.silo();
    }

    /** Whether it is the same upload, and counts for the same. */
    boolean countsLike(AcceptedUpdate other) {
        return isOf(other.update)
                && weight == other.weight
                && update.normalizer() == other.update.normalizer();
    }

    /** Whether it is this upload, whatever else is known of it. */
    boolean isOf(CompleteUpdate upload) {
        return silo().equals(upload.silo()) && update.id().equals(upload.id());
    }

    boolean hasMember(String silo) {
        return update.members().stream().anyMatch(member -> member.silo().equals(silo));
    }
}
