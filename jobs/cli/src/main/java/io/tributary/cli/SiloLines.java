package io.tributary.cli;

import io.tributary.kafka.client.ModelReplica;
import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.round.RoundPlan;
import io.tributary.schemas.silo.SiloEvaluation;
import io.tributary.schemas.update.UpdateManifest;
import io.tributary.silo.SiloListener;
import io.tributary.silo.text.SiloText;
import java.io.PrintWriter;
import java.time.Duration;

/** Says in plain lines what a silo does. */
final class SiloLines implements SiloListener {

    private final String silo;
    private final PrintWriter out;

    SiloLines(String silo, PrintWriter out) {
        this.silo = silo;
        this.out = out;
    }

    void opened(SiloText text) {
        say(
                "trains on %,d tokens in %,d documents, holds out %,d in %,d",
                text.trainingTokens(),
                text.trainingDocuments(),
                text.heldOutTokens(),
                text.heldOutDocuments());
    }

    void serves(String url) {
        say("metrics at %s", url);
    }

    /** Something that would have been good to know, and why it is not known. */
    void goesOn(String without, String reason) {
        say("%s; goes on without knowing %s", reason, without);
    }

    @Override
    public void joined() {
        say("joined");
    }

    @Override
    public void downloaded(ModelVersion version, ModelReplica.Download download, Duration took) {
        say(
                "has version %s (%s chunks, %,d bytes)",
                version.version(), download.chunks(), download.bytes());
    }

    @Override
    public void training(RoundPlan plan) {
        plan.assignment(silo)
                .ifPresent(
                        mine ->
                                say(
                                        "trains %s steps for round %s",
                                        mine.localSteps(), plan.round()));
    }

    @Override
    public void uploaded(UpdateManifest manifest, long bytes, Duration took) {
        say(
                "uploaded round %s: loss %.4f, norm %.4f",
                manifest.id().round(), manifest.trainLoss(), manifest.norm());
    }

    @Override
    public void skipped(RoundPlan plan, String reason) {
        say("skips round %s: %s", plan.round(), reason);
    }

    @Override
    public void evaluated(SiloEvaluation evaluation) {
        say(
                "version %s: perplexity %.3f",
                evaluation.version(), Math.exp(evaluation.nats() / evaluation.tokens()));
    }

    @Override
    public void unavailable(String reason, Duration retryIn) {
        say("%s; tries again in %s s", reason, retryIn.toSeconds());
    }

    @Override
    public void left() {
        say("stopped");
    }

    private void say(String message, Object... values) {
        out.println("silo " + silo + ": " + message.formatted(values));
        out.flush();
    }
}
