package io.tributary.schemas.round;

import java.io.Serializable;

/**
 * The local solver, the same for every silo of a round. The learning rate is a function of one
 * clock that runs across rounds: linear warm-up to the peak, then a cosine to {@code
 * minLearningRate} at {@code totalSteps}, constant from there.
 *
 * @param solver which recurrence the local steps follow
 * @param peakLearningRate learning rate after warm-up; also the reference rate of the normalizer
 * @param minLearningRate learning rate at the end of the cosine
 * @param warmupSteps clock steps of linear warm-up
 * @param totalSteps clock at which the cosine ends; 0 for a constant rate after warm-up
 * @param momentum SGD: heavy-ball momentum; 0 for plain SGD
 * @param beta1 AdamW: decay of the first moment
 * @param beta2 AdamW: decay of the second moment
 * @param epsilon AdamW: added to the root of the second moment
 * @param weightDecay AdamW: decoupled weight decay
 * @param clipNorm global-norm gradient clipping; 0 to switch it off
 * @param keepMoments whether a silo keeps its solver's moments between rounds
 * @param batchSize sequences per step
 * @param sequenceLength tokens per sequence
 */
public record LocalTraining(
        LocalSolver solver,
        double peakLearningRate,
        double minLearningRate,
        int warmupSteps,
        long totalSteps,
        double momentum,
        double beta1,
        double beta2,
        double epsilon,
        double weightDecay,
        double clipNorm,
        boolean keepMoments,
        int batchSize,
        int sequenceLength)
        implements Serializable {}
