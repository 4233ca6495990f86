package io.tributary.silo;

import io.tributary.kafka.client.ModelReplica;
import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.round.RoundPlan;
import io.tributary.schemas.silo.SiloEvaluation;
import io.tributary.schemas.update.UpdateManifest;
import java.time.Duration;

/** Told what a silo does, from the silo's threads: return quickly. */
public interface SiloListener {

    /** Hears nothing. */
    SiloListener NONE = new SiloListener() {};

    /** The federation has been told that the silo is there. */
    default void joined() {}

    /** A version is here, whole. */
    default void downloaded(ModelVersion version, ModelReplica.Download download) {}

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

    /** The update of a round is on the log. */
    default void uploaded(UpdateManifest manifest) {}

    /** The silo does not contribute to a round that names it. */
    default void skipped(RoundPlan plan, String reason) {}

    /** A version was measured on the held-out documents, and the measurement is on the log. */
    default void evaluated(SiloEvaluation evaluation) {}

    /** Something at the cluster failed; the silo tries again. */
    default void unavailable(String reason, Duration retryIn) {}

    /** The silo has stopped. */
    default void left() {}
}
