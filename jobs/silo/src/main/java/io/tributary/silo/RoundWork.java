package io.tributary.silo;

import io.tributary.kafka.client.LocalUpdate;
import io.tributary.kafka.client.UnsendableDeltaException;
import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.round.RoundPlan;
import io.tributary.schemas.round.SiloAssignment;
import io.tributary.schemas.silo.SiloPresence.Phase;
import io.tributary.schemas.update.UpdateId;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A silo's part in rounds: download, train, upload; each round once.
 *
 * <p>A round that closes while the silo works on it is abandoned, unless its plan takes late
 * updates and this one will not be too late. Moments are saved after training and before the
 * upload, so that no death can leave an update on the log whose moments are lost.
 */
final class RoundWork {

    private static final Logger LOG = LoggerFactory.getLogger(RoundWork.class);

    private final SiloContext silo;
    private final Downloads downloads;
    private final AlignmentWatch alignment;
    private final Runnable follow;

    /** The newest plan that needs nothing more from this silo. */
    private @Nullable RoundPlan finished;

    /** Trained for a plan, not known to be on the log. */
    private @Nullable Trained trained;

    /** Whether an update may be on the log that this process does not know of. */
    private boolean mayHaveUploaded = true;

    /** Whether the trainer's moments are not those of the last round trained. */
    private boolean momentsUnknown = true;

    private record Trained(RoundPlan plan, LocalResult result, Duration took) {}

    /**
     * @param follow polls the federation; takes a moment
     */
    RoundWork(SiloContext silo, Downloads downloads, AlignmentWatch alignment, Runnable follow) {
        this.silo = silo;
        this.downloads = downloads;
        this.alignment = alignment;
        this.follow = follow;
    }

    /** Something failed: what was under way may or may not be on the log. */
    void disturbed() {
        mayHaveUploaded = true;
    }

    /** The round that waits for this silo's update; an earlier one whose update is still wanted. */
    Optional<RoundPlan> due() {
        if (trained != null) {
            if (isWanted(trained.plan())) {
                return Optional.of(trained.plan());
            }
            trained = null; // a plan that was replaced looks like one that has closed, later on
        }
        return silo.links()
                .follower()
                .openPlan(silo.options().model())
                .filter(plan -> plan.assignment(silo.silo()).isPresent())
                .filter(plan -> !plan.equals(finished));
    }

    /** Whether an update for this plan would still be taken. */
    private boolean isWanted(RoundPlan plan) {
        if (isOpen(plan)) {
            return true;
        }
        var follower = silo.links().follower();
        var open = follower.openPlan(plan.model());
        int current = open.map(RoundPlan::round).orElse(newestRound(plan) + 1);
        int staleness = current - plan.round();
        // At 0 the same round has been planned anew, from another version perhaps.
        return staleness >= 1 && staleness <= plan.stalenessLimit() && !follower.isAbandoned(plan);
    }

    private boolean isOpen(RoundPlan plan) {
        return silo.links().follower().openPlan(plan.model()).filter(plan::equals).isPresent();
    }

    private int newestRound(RoundPlan plan) {
        return silo.links()
                .follower()
                .newestPlan(plan.model())
                .map(RoundPlan::round)
                .orElse(plan.round());
    }

    /**
     * Takes part in a round.
     *
     * @return false if the version it starts from is not there yet
     * @throws ExecutionException if the trainer failed
     */
    boolean takePart(RoundPlan plan) throws IOException, ExecutionException, InterruptedException {
        var assignment = plan.assignment(silo.silo()).orElseThrow();
        var base = silo.links().follower().version(plan.model(), plan.baseVersion());
        if (base.isEmpty()) {
            return skipUnlessOpen(plan);
        }
        if (mayHaveUploaded) {
            boolean uploaded = silo.links().hasUploaded(plan, base.get());
            mayHaveUploaded = false;
            if (uploaded) {
                LOG.info(
                        "silo {}: the update of round {} is on the log already",
                        silo.silo(),
                        plan.round());
                finish(plan);
                return true;
            }
        }
        if (!base.get().layout().digest().equals(plan.layoutDigest())) {
            skip(plan, "version %s does not have the plan's layout".formatted(plan.baseVersion()));
            return true;
        }
        // Also before a second try to upload: an evaluation may have moved the copy meanwhile.
        if (!downloads.download(base.get(), plan.round())) {
            return skipUnlessOpen(plan);
        }
        if (trained == null || !trained.plan().equals(plan)) {
            trained = train(plan, assignment, base.get());
            if (trained == null) {
                return true;
            }
        }
        upload(trained);
        return true;
    }

    /**
     * The version of the open round may be on its way; that of a round that has closed was here, so
     * it is gone.
     *
     * @return false if the round is open
     */
    private boolean skipUnlessOpen(RoundPlan plan) {
        if (isOpen(plan)) {
            return false;
        }
        skip(plan, "version %s is not on the log any more".formatted(plan.baseVersion()));
        return true;
    }

    private @Nullable Trained train(RoundPlan plan, SiloAssignment assignment, ModelVersion base)
            throws IOException, ExecutionException, InterruptedException {
        boolean keepsMoments = plan.training().keepMoments();
        if (keepsMoments && momentsUnknown) {
            restoreMoments(plan);
        }
        silo.listener().training(plan);
        silo.enter(working(plan, assignment, 0, 0));
        long beganMillis = silo.clock().millis();
        var task = new LocalTask(base, silo.links().replica().parameters(), plan, assignment);
        var work =
                silo.thread()
                        .submit(
                                () ->
                                        silo.trainer()
                                                .train(
                                                        task,
                                                        (step, loss, speed) ->
                                                                onStep(
                                                                        plan,
                                                                        assignment,
                                                                        step,
                                                                        loss,
                                                                        speed)));
        momentsUnknown = true;
        var result = silo.await(work, follow, () -> !isWanted(plan));
        if (result == null) {
            if (!silo.stopping()) {
                skip(plan, "it closed, or was planned anew, while this silo trained");
            }
            return null;
        }
        var took = Duration.ofMillis(silo.clock().millis() - beganMillis);
        silo.listener().trained(plan, result, took);
        momentsUnknown = false;
        if (keepsMoments) {
            saveMoments(plan, base);
        }
        return new Trained(plan, result, took);
    }

    private void onStep(
            RoundPlan plan, SiloAssignment assignment, int step, double loss, double speed) {
        silo.heartbeat().progress(working(plan, assignment, step, speed));
        silo.listener().step(plan, step, loss, speed);
    }

    private void upload(Trained done) throws IOException {
        var plan = done.plan();
        var result = done.result();
        silo.enter(Activity.of(Phase.UPLOADING, plan.model(), plan.round()));
        var id =
                new UpdateId(
                        plan.round(),
                        silo.state().nextAttempt(plan.round()),
                        silo.random().nextLong());
        long beganMillis = silo.clock().millis();
        try {
            var manifest = silo.links().upload(update(plan, id, result), result.trained());
            var took = Duration.ofMillis(silo.clock().millis() - beganMillis);
            var base = silo.links().replica().parameters();
            long bytes = plan.codec().encodedBytes(1) * base.layout().elements();
            logRound(done, bytes, took);
            silo.listener().uploaded(manifest, bytes, took);
            alignment.uploaded(plan, base, result.trained());
            finish(plan);
        } catch (KafkaException e) {
            silo.listener().uploadFailed(plan, String.valueOf(e.getMessage()));
            throw e;
        } catch (UnsendableDeltaException e) {
            silo.listener().uploadFailed(plan, e.getMessage());
            silo.state().discardMoments(plan.round());
            momentsUnknown = true;
            skip(plan, e.getMessage());
        }
    }

    private void logRound(Trained done, long bytes, Duration upload) {
        var result = done.result();
        double trainingSeconds = Math.max(1, done.took().toMillis()) / 1000.0;
        LOG.info(
                "silo {}: round {} is on the log: {} steps, {} tokens, loss {}, {} tokens/s; {}"
                        + " bytes in {} s",
                silo.silo(),
                done.plan().round(),
                result.localSteps(),
                result.tokens(),
                String.format(Locale.ROOT, "%.4f", result.trainLoss()),
                Math.round(result.tokens() / trainingSeconds),
                bytes,
                upload.toMillis() / 1000.0);
    }

    private static LocalUpdate update(RoundPlan plan, UpdateId id, LocalResult result) {
        return new LocalUpdate(
                plan.model(),
                id,
                plan.baseVersion(),
                plan.codec(),
                result.tokens(),
                result.localSteps(),
                result.normalizer(),
                result.sumLearningRates(),
                result.trainLoss());
    }

    private void restoreMoments(RoundPlan plan)
            throws IOException, ExecutionException, InterruptedException {
        var saved = silo.state().momentsBefore(plan.round());
        if (saved.isEmpty()) {
            return;
        }
        // Where rounds overlap it is not the version of the round before.
        var versions = silo.links().follower().versions(plan.model()).values();
        if (versions.stream().noneMatch(saved.get()::startedFrom)) {
            LOG.info(
                    "silo {}: moments saved in round {} are not of this model's past",
                    silo.silo(),
                    saved.get().round());
            return;
        }
        silo.thread()
                .call(
                        () -> {
                            silo.trainer().restoreState(saved.get().file());
                            return null;
                        });
        LOG.info("silo {} goes on with the moments of round {}", silo.silo(), saved.get().round());
    }

    private void saveMoments(RoundPlan plan, ModelVersion base)
            throws ExecutionException, InterruptedException {
        silo.thread()
                .call(
                        () -> {
                            silo.state().saveMoments(plan.round(), base, silo.trainer());
                            return null;
                        });
    }

    private void skip(RoundPlan plan, String reason) {
        LOG.warn("silo {} skips round {}: {}", silo.silo(), plan.round(), reason);
        silo.listener().skipped(plan, reason);
        finish(plan);
    }

    private void finish(RoundPlan plan) {
        finished = plan;
        trained = null;
        silo.enter(Activity.IDLE);
    }

    private static Activity working(
            RoundPlan plan, SiloAssignment assignment, int step, double tokensPerSecond) {
        return new Activity(
                Phase.TRAINING,
                plan.model(),
                plan.round(),
                step,
                assignment.localSteps(),
                tokensPerSecond);
    }
}
