package io.tributary.operators.round;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What operators have asked for.
 *
 * @param nextOffset offset on the control topic of the first command that is not part of this
 * @param paused whether no new round is to be planned
 * @param stopAfter last round to plan; 0 for no such round
 * @param changes settings changed since the job started, one per key
 * @param rollBack a return to an earlier version that waits for the version on its way; null if
 *     none is asked for
 */
public record ControlState(
        long nextOffset,
        boolean paused,
        int stopAfter,
        List<PlanChange> changes,
        @Nullable RollBack rollBack) {

    public static final ControlState NONE = new ControlState(0, false, 0, List.of(), null);

    ControlState read(long offset) {
        return new ControlState(offset + 1, paused, stopAfter, changes, rollBack);
    }

    ControlState withPaused(boolean next) {
        return new ControlState(nextOffset, next, stopAfter, changes, rollBack);
    }

    ControlState withStopAfter(int round) {
        return new ControlState(nextOffset, paused, round, changes, rollBack);
    }

    ControlState withRollBack(@Nullable RollBack next) {
        return new ControlState(nextOffset, paused, stopAfter, changes, next);
    }

    ControlState with(PlanChange change) {
        var next = new ArrayList<PlanChange>();
        for (var known : changes) {
            if (!known.key().equals(change.key())) {
                next.add(known);
            }
        }
        next.add(change);
        return new ControlState(nextOffset, paused, stopAfter, List.copyOf(next), rollBack);
    }
}
