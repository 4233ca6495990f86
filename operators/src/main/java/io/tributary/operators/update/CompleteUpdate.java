package io.tributary.operators.update;

import io.tributary.schemas.model.CohortMember;
import io.tributary.schemas.update.UpdateId;
import java.util.List;

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
 * @param members whose deltas are in a relay's sum, in silo-id order, with their weights in the
 *     plan; empty for the delta of one silo
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
        List<CohortMember> members,
        int partition,
        long offset,
        long arrivedMillis) {

    /** State from before there were relays has no members. */
    public CompleteUpdate {
        members = members == null ? List.of() : members;
    }

    /** Of one silo's delta. */
    public CompleteUpdate(
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
            long arrivedMillis) {
        this(
                silo,
                model,
                id,
                faulty,
                baseVersion,
                localSteps,
                tokens,
                normalizer,
                trainLoss,
                norm,
                largest,
                List.of(),
                partition,
                offset,
                arrivedMillis);
    }

    /** Whether it is a relay's, of a sum of deltas. */
    public boolean isRelayed() {
        return !members.isEmpty();
    }
}
