package io.tributary.silo;

import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.round.RoundPlan;
import io.tributary.schemas.silo.SiloEvaluation;
import io.tributary.schemas.silo.SiloPresence.Phase;
import java.io.IOException;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Evaluates each version once, in order, when there is nothing to train.
 *
 * <p>Training goes first. A version appears a moment before the plan that starts from it, so a new
 * version waits for that plan for {@link SiloOptions#evaluationDelay()}; it is then downloaded,
 * trained from, and evaluated after the upload, while it is still here and the others are still
 * training. A version that no plan follows, the last one for instance, is evaluated when the delay
 * has passed. An evaluation under way is finished, even when a plan comes.
 */
final class EvaluationWork {

    private static final Logger LOG = LoggerFactory.getLogger(EvaluationWork.class);

    private final SiloContext silo;
    private final Downloads downloads;
    private final Runnable follow;

    /** Versions to evaluate, with the time at which they were first seen. */
    private final TreeMap<Integer, Long> pending = new TreeMap<>();

    /** Measured, and not known to be on the log. */
    private @Nullable Measured measured;

    private int newestSeen = -1;

    private record Measured(ModelVersion version, SiloEvaluation evaluation) {}

    /**
     * @param follow polls the federation; takes a moment
     */
    EvaluationWork(SiloContext silo, Downloads downloads, Runnable follow) {
        this.silo = silo;
        this.downloads = downloads;
        this.follow = follow;
    }

    /**
     * Takes note of the newest version. What became newest and was followed by another before the
     * silo joined is of no interest.
     */
    void notice() throws IOException {
        var newest = silo.links().follower().newestVersion(silo.options().model());
        if (newest.isEmpty() || newest.get().version() <= newestSeen) {
            return;
        }
        if (newestSeen < 0) {
            if (!silo.state().wasEvaluated(newest.get())) {
                pending.put(newest.get().version(), silo.clock().millis());
            }
        } else {
            for (var version :
                    silo.links()
                            .follower()
                            .versions(silo.options().model())
                            .tailMap(newestSeen, false)
                            .keySet()) {
                pending.put(version, silo.clock().millis());
            }
        }
        newestSeen = newest.get().version();
    }

    /** Whether there is something to evaluate, or to report, now. */
    boolean isDue() {
        if (measured != null) {
            return true;
        }
        if (pending.isEmpty()) {
            return false;
        }
        int version = pending.firstKey();
        boolean planned =
                silo.links()
                        .follower()
                        .newestPlan(silo.options().model())
                        .map(RoundPlan::baseVersion)
                        .filter(base -> base >= version)
                        .isPresent();
        long waited = silo.clock().millis() - pending.firstEntry().getValue();
        return planned || waited >= silo.options().evaluationDelay().toMillis();
    }

    /**
     * Evaluates the oldest version that is due, and reports it.
     *
     * @throws ExecutionException if the trainer failed
     */
    void evaluateNext() throws IOException, ExecutionException, InterruptedException {
        if (measured == null) {
            measured = measure();
        }
        if (measured == null) {
            return;
        }
        silo.presence().write(measured.evaluation());
        silo.state().setEvaluated(measured.version());
        silo.listener().evaluated(measured.evaluation());
        pending.remove(measured.version().version());
        measured = null;
    }

    private @Nullable Measured measure() throws ExecutionException, InterruptedException {
        int number = pending.firstKey();
        var version = silo.links().follower().version(silo.options().model(), number);
        if (version.isEmpty() || !downloads.download(version.get(), number)) {
            if (version.isEmpty() || pending.size() > 1) {
                LOG.info(
                        "silo {} does not evaluate version {}: it cannot be read any more",
                        silo.silo(),
                        number);
                pending.remove(number);
            }
            return null;
        }
        silo.enter(Activity.of(Phase.EVALUATING, version.get().model(), number));
        var parameters = silo.links().replica().parameters();
        var work = silo.thread().submit(() -> silo.trainer().evaluate(version.get(), parameters));
        var result = silo.await(work, follow, () -> false);
        silo.enter(Activity.IDLE);
        return Optional.ofNullable(result)
                .map(
                        e ->
                                new Measured(
                                        version.get(),
                                        new SiloEvaluation(
                                                version.get().model(),
                                                number,
                                                e.nats(),
                                                e.tokens(),
                                                e.bytes())))
                .orElse(null);
    }
}
