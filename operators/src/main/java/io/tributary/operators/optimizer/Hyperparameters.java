package io.tributary.operators.optimizer;

import static io.tributary.operators.Preconditions.checkArgument;

/** The ranges that server optimizers share; errors name the optimizer, the parameter and value. */
final class Hyperparameters {

    private Hyperparameters() {}

    static void checkRate(String optimizer, double lr) {
        checkArgument(
                lr > 0 && Double.isFinite(lr), "%s: lr must be > 0, got lr=%s", optimizer, lr);
    }

    static void checkDecay(String optimizer, String key, double value) {
        checkArgument(
                value >= 0 && value < 1,
                "%s: %s must be in [0, 1), got %s=%s",
                optimizer,
                key,
                key,
                value);
    }

    /** Above 0 and not less: a coordinate that has never moved would be 0/0. */
    static void checkTau(String optimizer, double tau) {
        checkArgument(
                tau > 0 && Double.isFinite(tau), "%s: tau must be > 0, got tau=%s", optimizer, tau);
    }

    static void checkInitialSquares(String optimizer, double v0) {
        checkArgument(
                v0 >= 0 && v0 <= Float.MAX_VALUE,
                "%s: v0 must be >= 0 and within float32, got v0=%s",
                optimizer,
                v0);
    }
}
