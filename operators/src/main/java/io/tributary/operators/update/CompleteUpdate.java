package io.tributary.operators.update;

import io.tributary.schemas.update.UpdateId;

/**
 * An update whose manifest and chunks are all there and agree; or one that was found faulty, if
 * {@code faulty} is set, which only says that this silo's upload came to nothing.
 *
 * @param silo silo id
 * @param model name of the model line
 * @param id which upload of which round
 * @param faulty whether it was rejected; the figures below are then not to be used
 * @param baseVersion version the silo trained from
 * @param localSteps local optimizer steps taken
 * @param tokens tokens processed
 * @param normalizer response of the local solver to a constant unit gradient
 * @param trainLoss mean training loss, nats per token
 * @param norm L2 norm of the delta, from its chunks
 * @param largest largest absolute value of the delta
 * @param partition where its manifest was
 * @param offset where its manifest was
 * @param arrivedMillis broker append time of its last chunk or manifest, epoch milliseconds
 */
public record CompleteUpdate(
        String silo,
        String model,
        UpdateId id,
        boolean faulty,
        int baseVersion,
        int localSteps,
        long tokens,
        double normalizer,
        double trainLoss,
        double norm,
        double largest,
        int partition,
        long offset,
        long arrivedMillis) {}
