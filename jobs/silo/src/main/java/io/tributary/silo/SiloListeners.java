package io.tributary.silo;

import io.tributary.kafka.client.ModelReplica;
import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.round.RoundPlan;
import io.tributary.schemas.silo.SiloEvaluation;
import io.tributary.schemas.silo.SiloPresence.Phase;
import io.tributary.schemas.update.UpdateManifest;
import java.time.Duration;
import java.util.List;

/**
 * Several listeners in the place of one; told in their order.
 *
 * @param all the listeners
 */
public record SiloListeners(List<SiloListener> all) implements SiloListener {

    @Override
    public void joined() {
        all.forEach(SiloListener::joined);
    }

    @Override
    public void alive() {
        all.forEach(SiloListener::alive);
    }

    @Override
    public void entered(Phase phase) {
        all.forEach(l -> l.entered(phase));
    }

    @Override
    public void downloaded(ModelVersion version, ModelReplica.Download download, Duration took) {
        all.forEach(l -> l.downloaded(version, download, took));
    }

    @Override
    public void aligned(int version, double cosine) {
        all.forEach(l -> l.aligned(version, cosine));
    }

    @Override
    public void training(RoundPlan plan) {
        all.forEach(l -> l.training(plan));
    }

    @Override
    public void step(RoundPlan plan, int step, double loss, double tokensPerSecond) {
        all.forEach(l -> l.step(plan, step, loss, tokensPerSecond));
    }

    @Override
    public void trained(RoundPlan plan, LocalResult result, Duration took) {
        all.forEach(l -> l.trained(plan, result, took));
    }

    @Override
    public void uploaded(UpdateManifest manifest, long bytes, Duration took) {
        all.forEach(l -> l.uploaded(manifest, bytes, took));
    }

    @Override
    public void uploadFailed(RoundPlan plan, String reason) {
        all.forEach(l -> l.uploadFailed(plan, reason));
    }

    @Override
    public void skipped(RoundPlan plan, String reason) {
        all.forEach(l -> l.skipped(plan, reason));
    }

    @Override
    public void evaluated(SiloEvaluation evaluation) {
        all.forEach(l -> l.evaluated(evaluation));
    }

    @Override
    public void unavailable(String reason, Duration retryIn) {
        all.forEach(l -> l.unavailable(reason, retryIn));
    }

    @Override
    public void left() {
        all.forEach(SiloListener::left);
    }
}
