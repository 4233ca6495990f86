package io.tributary.silo;

import io.tributary.kafka.client.ModelReplica;
import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.round.RoundPlan;
import io.tributary.schemas.silo.SiloEvaluation;
import io.tributary.schemas.silo.SiloPresence.Phase;
import io.tributary.schemas.update.UpdateManifest;
import java.time.Duration;

/** Told what a silo does, from the silo's threads: return quickly. */
public interface SiloListener {

    /** Hears nothing. */
    SiloListener NONE = new SiloListener() {};

    /** The federation has been told that the silo is there. */
    default void joined() {}

    /** A sign of life is on the log. */
    default void alive() {}

    /** The silo does something else now, or goes on with the same. */
    default void entered(Phase phase) {}

    /**
     * A version is here, whole.
     *
     * @param took from the first look for its chunks on; not waiting for its manifest
     */
    default void downloaded(ModelVersion version, ModelReplica.Download download, Duration took) {}

    /**
     * The version that the last update's round has made is here.
     *
     * @param cosine between the update's delta and the step to the version, estimated; 0 if either
     *     is zero
     */
    default void aligned(int version, double cosine) {}

    /** Training for a round begins. */
    default void training(RoundPlan plan) {}

    /**
     * A local step was taken.
     *
     * @param step steps done so far, from 1
     * @param loss training loss of this step, nats per token
     * @param tokensPerSecond speed since the round's training began
     */
    default void step(RoundPlan plan, int step, double loss, double tokensPerSecond) {}

    /** All local steps of a round were taken. */
    default void trained(RoundPlan plan, LocalResult result, Duration took) {}

    /**
     * The update of a round is on the log.
     *
     * @param bytes its encoded values
     * @param took from the begin of its transaction to the end
     */
    default void uploaded(UpdateManifest manifest, long bytes, Duration took) {}

    /** The update of a round did not get onto the log; unless it is skipped, it is tried again. */
    default void uploadFailed(RoundPlan plan, String reason) {}

    /** The silo does not contribute to a round that names it. */
    default void skipped(RoundPlan plan, String reason) {}

    /** A version was measured on the held-out documents, and the measurement is on the log. */
    default void evaluated(SiloEvaluation evaluation) {}

    /** Something at the cluster failed; the silo tries again. */
    default void unavailable(String reason, Duration retryIn) {}

    /** The silo has stopped. */
    default void left() {}
}
