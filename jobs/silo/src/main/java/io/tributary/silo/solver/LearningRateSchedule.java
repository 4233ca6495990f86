package io.tributary.silo.solver;

import io.tributary.schemas.round.LocalTraining;

/**
 * The learning rate as a function of one clock that runs across rounds: linear warm-up to the peak,
 * a cosine down to the minimum, constant from there.
 *
 * <p>A silo that takes fewer local steps than the clock advances skips the rest of its round's
 * rates; every silo starts a round at the same rate.
 *
 * <p>Source: Loshchilov and Hutter, "SGDR", ICLR 2017 (arXiv:1608.03983), equation 5, one period.
 *
 * @param peak rate after warm-up
 * @param minimum rate at and after {@code total}
 * @param warmup clock steps of warm-up; 0 for none
 * @param total clock at which the cosine ends; 0 for a constant rate after warm-up
 */
public record LearningRateSchedule(double peak, double minimum, long warmup, long total) {

    public LearningRateSchedule {
        check(peak > 0 && Double.isFinite(peak), "peakLearningRate must be above 0, got " + peak);
        check(
                minimum >= 0 && minimum <= peak,
                "minLearningRate must be 0 to the peak of " + peak + ", got " + minimum);
        check(warmup >= 0, "warmupSteps must be at least 0, got " + warmup);
        check(
                total == 0 || total > warmup,
                "totalSteps must be 0 or above warmupSteps of " + warmup + ", got " + total);
    }

    public static LearningRateSchedule of(LocalTraining training) {
        return new LearningRateSchedule(
                training.peakLearningRate(),
                training.minLearningRate(),
                training.warmupSteps(),
                training.totalSteps());
    }

    /**
     * Rate of the step that starts at this clock.
     *
     * <pre>{@code peak = 1, warmup = 4, total = 0  ->  0.25, 0.5, 0.75, 1, 1, ...}</pre>
     *
     * @param clock local steps since the beginning of training, from 0
     */
    public double rate(long clock) {
        if (clock < warmup) {
            return peak * (clock + 1) / warmup;
        }
        if (total == 0) {
            return peak;
        }
        if (clock >= total) {
            return minimum;
        }
        double progress = (double) (clock - warmup) / (total - warmup);
        return minimum + (peak - minimum) * 0.5 * (1 + Math.cos(Math.PI * progress));
    }

    /** Sum of the rates of {@code steps} steps from {@code clock}. */
    public double sum(long clock, int steps) {
        double sum = 0;
        for (int k = 0; k < steps; k++) {
            sum += rate(clock + k);
        }
        return sum;
    }

    private static void check(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException("learning-rate schedule: " + message);
        }
    }
}
