package io.tributary.silo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;

/** What a connected silo does: rounds first, then evaluations, then waiting for news. */
final class SiloWork {

    private static final Duration POLL = Duration.ofMillis(200);

    private final SiloContext silo;
    private final RoundWork rounds;
    private final EvaluationWork evaluations;

    SiloWork(SiloContext silo) {
        this.silo = silo;
        var alignment = new AlignmentWatch();
        var downloads = new Downloads(silo, alignment);
        rounds = new RoundWork(silo, downloads, alignment, this::follow);
        evaluations = new EvaluationWork(silo, downloads, this::follow);
    }

    /**
     * Works until the silo is to stop.
     *
     * @throws org.apache.kafka.common.KafkaException if something at the cluster failed; may be
     *     called again
     * @throws ExecutionException if the trainer failed
     */
    void run() throws IOException, ExecutionException, InterruptedException {
        rounds.disturbed();
        evaluations.notice();
        while (!silo.stopping()) {
            var plan = rounds.due();
            if (plan.isPresent()) {
                if (!rounds.takePart(plan.get())) {
                    follow();
                }
            } else if (evaluations.isDue()) {
                evaluations.evaluateNext();
                follow();
            } else {
                follow();
            }
        }
    }

    private void follow() {
        var news = silo.links().follower().poll(POLL);
        if (!news.isEmpty()) {
            try {
                evaluations.notice();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
