package io.tributary.kafka.client;

import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.update.UpdateId;

/**
 * What a silo says about an update; {@link UpdateWriter} adds what it measures.
 *
 * @param model name of the model line
 * @param id which upload of which round
 * @param baseVersion version the silo trained from
 * @param codec the plan's codec
 * @param tokens tokens processed
 * @param localSteps local steps taken
 * @param normalizer response of the local solver to a constant unit gradient; above 0
 * @param sumLearningRates sum of the learning rates of all steps
 * @param trainLoss mean training loss, nats per token
 */
public record LocalUpdate(
        String model,
        UpdateId id,
        int baseVersion,
        Codec codec,
        long tokens,
        int localSteps,
        double normalizer,
        double sumLearningRates,
        double trainLoss) {

    public LocalUpdate {
        if (!(normalizer > 0) || Double.isInfinite(normalizer)) {
            throw new IllegalArgumentException(
                    "normalizer of round %s must be a finite number above 0, got %s"
                            .formatted(id.round(), normalizer));
        }
        if (localSteps < 1) {
            throw new IllegalArgumentException(
                    "an update of round %s takes at least 1 local step, got %s"
                            .formatted(id.round(), localSteps));
        }
    }
}
