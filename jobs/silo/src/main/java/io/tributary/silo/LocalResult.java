package io.tributary.silo;

import io.tributary.schemas.model.ParameterBuffer;

/**
 * What local training produced.
 *
 * @param trained the silo's parameters after its local steps; owned by the trainer and valid until
 *     it trains or evaluates again
 * @param tokens tokens processed
 * @param localSteps optimizer steps taken
 * @param normalizer response of the solver to a constant unit gradient
 * @param sumLearningRates sum of the learning rates of all steps
 * @param trainLoss mean training loss over the steps, nats per token
 */
public record LocalResult(
        ParameterBuffer trained,
        long tokens,
        int localSteps,
        double normalizer,
        double sumLearningRates,
        double trainLoss) {}
