package io.tributary.schemas.update;

import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.model.CohortMember;
import java.util.List;

/**
 * First record of an update: what the silo did and what it is about to send.
 *
 * <p>It says nothing about who sent it: the topic does.
 *
 * @param model name of the model line
 * @param id which upload of which round
 * @param baseVersion version the silo trained from
 * @param layoutDigest hex SHA-256 of the model layout the chunks follow
 * @param tokens tokens processed in this round; a measurement, never a weight
 * @param localSteps local optimizer steps taken
 * @param normalizer response of the local solver to a constant unit gradient (FedNova's {@code
 *     ‖a‖₁}); above 0
 * @param sumLearningRates sum of the learning rates of all local steps
 * @param trainLoss mean training loss of this round, nats per token
 * @param codec how chunk payloads are encoded
 * @param chunks which chunks follow
 * @param chunksDigest hex SHA-256 over the chunks' CRC32C values, big-endian, in chunk order
 * @param norm L2 norm of the decoded delta
 * @param members whose deltas a relay has added up, in silo-id order, with their weights in the
 *     plan of the federation it is sent to; empty for the delta of one silo
 */
public record UpdateManifest(
        String model,
        UpdateId id,
        int baseVersion,
        String layoutDigest,
        long tokens,
        int localSteps,
        double normalizer,
        double sumLearningRates,
        double trainLoss,
        Codec codec,
        List<ChunkRange> chunks,
        String chunksDigest,
        double norm,
        List<CohortMember> members) {

    /** State from before there were relays has no members. */
    public UpdateManifest {
        members = members == null ? List.of() : members;
    }

    /** Of one silo's delta. */
    public UpdateManifest(
            String model,
            UpdateId id,
            int baseVersion,
            String layoutDigest,
            long tokens,
            int localSteps,
            double normalizer,
            double sumLearningRates,
            double trainLoss,
            Codec codec,
            List<ChunkRange> chunks,
            String chunksDigest,
            double norm) {
        this(
                model,
                id,
                baseVersion,
                layoutDigest,
                tokens,
                localSteps,
                normalizer,
                sumLearningRates,
                trainLoss,
                codec,
                chunks,
                chunksDigest,
                norm,
                List.of());
    }

    /** Whether it is a relay's, of a sum of deltas. */
    public boolean isRelayed() {
        return !members.isEmpty();
    }

    /** The same update under another id. */
    public UpdateManifest withId(UpdateId next) {
        return with(next, chunksDigest, norm);
    }

    /** The same, of these chunks. */
    public UpdateManifest withChunks(String newDigest, double newNorm) {
        return with(id, newDigest, newNorm);
    }

    private UpdateManifest with(UpdateId newId, String newDigest, double newNorm) {
        return new UpdateManifest(
                model,
                newId,
                baseVersion,
                layoutDigest,
                tokens,
                localSteps,
                normalizer,
                sumLearningRates,
                trainLoss,
                codec,
                chunks,
                newDigest,
                newNorm,
                members);
    }
}
