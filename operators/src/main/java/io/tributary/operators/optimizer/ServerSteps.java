package io.tributary.operators.optimizer;

import static io.tributary.operators.Preconditions.checkArgument;

import io.tributary.operators.kernel.Passes;

/** What every server step needs; checked before anything is changed. */
final class ServerSteps {

    private ServerSteps() {}

    static void check(float[] parameters, double[] combinedDelta, long step) {
        checkArgument(step >= 1, "the first step of a server optimizer is step 1, got %s", step);
        checkArgument(
                combinedDelta.length == parameters.length,
                "a combined delta of %s values cannot move %s parameters",
                combinedDelta.length,
                parameters.length);
        if (Double.isFinite(Passes.squaredNorm(combinedDelta))) {
            return;
        }
        for (int j = 0; j < combinedDelta.length; j++) {
            double value = combinedDelta[j];
            if (!Double.isFinite(value)) {
                throw new IllegalArgumentException(
                        "the combined delta is %s at coordinate %s, where no server step is defined; combine by a rule that withstands infinite rows, for instance median"
                                .formatted(value, j));
            }
        }
    }
}
