package io.tributary.operators.rule;

import static io.tributary.operators.Preconditions.checkArgument;

/** The demand of stages that need a direction or a length of every row. */
final class FiniteRows {

    private FiniteRows() {}

    /**
     * @throws IllegalArgumentException naming the stage and the first row whose norm is not finite
     */
    static void check(String stage, Gram gram, Cohort cohort) {
        for (int i = 0; i < cohort.size(); i++) {
            checkArgument(
                    gram.isFinite(i),
                    "%s: row '%s' has an infinite norm and so no direction; leave it out",
                    stage,
                    cohort.names().get(i));
        }
    }
}
