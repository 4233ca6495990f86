package io.tributary.operators.round;

import io.tributary.schemas.round.RoundPlan;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything a relay remembers about one model line.
 *
 * @param rounds the region's rounds; {@code publication} is the sum on its way to the parent
 * @param parent the parent's open plan, if it names the relay and the region has not answered it
 *     with a plan of its own yet; null otherwise
 * @param sum whether the parent's rule of the newest round folds, so that it takes a sum
 * @param attempt how often this round's sum has been sent
 * @param overdue how often the parent's answer to it has been overdue
 */
public record RelayState(
        CoordinatorState rounds,
        @Nullable RoundPlan parent,
        boolean sum,
        int attempt,
        int overdue) {

    static RelayState of(CoordinatorState rounds) {
        return new RelayState(rounds, null, false, 0, 0);
    }

    RelayState withRounds(CoordinatorState next) {
        return new RelayState(next, parent, sum, attempt, overdue);
    }

    RelayState withParent(@Nullable RoundPlan next, boolean takesSum) {
        return new RelayState(rounds, next, takesSum, attempt, overdue);
    }

    /** The policy's answer to an event: what it now knows, and what is to be done, in order. */
    public record Step(RelayState state, List<Decision> decisions) {}
}
