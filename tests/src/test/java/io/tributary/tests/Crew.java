package io.tributary.tests;

import io.tributary.silo.LocalTrainer;
import io.tributary.silo.Silo;
import io.tributary.silo.SiloListener;
import io.tributary.silo.SiloOptions;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** Runs silos of a federation, each in a thread of its own, until it is closed. */
final class Crew implements AutoCloseable {

    private final TestFederation federation;
    private final Path work;
    private final Duration evaluationDelay;
    private final Map<Silo, Thread> threads = new LinkedHashMap<>();

    /**
     * @param work folder for what silos keep
     */
    Crew(TestFederation federation, Path work) {
        this(federation, work, Duration.ofMinutes(1));
    }

    /**
     * @param evaluationDelay how long a version that no plan follows waits to be evaluated
     */
    Crew(TestFederation federation, Path work, Duration evaluationDelay) {
        this.federation = federation;
        this.work = work;
        this.evaluationDelay = evaluationDelay;
    }

    void add(String id, LocalTrainer trainer) {
        add(id, trainer, SiloListener.NONE);
    }

    void add(String id, LocalTrainer trainer, SiloListener listener) {
        var options =
                SiloOptions.of(
                                federation.connection(),
                                federation.topics().federation(),
                                id,
                                work.resolve("silos"))
                        .withEvaluationDelay(evaluationDelay);
        var silo = new Silo(options, trainer, Clock.systemUTC(), new SecureRandom(), listener);
        var thread = new Thread(silo, "silo " + id);
        threads.put(silo, thread);
        thread.start();
    }

    @Override
    public void close() throws InterruptedException {
        threads.keySet().forEach(Silo::stop);
        for (var thread : threads.values()) {
            thread.join();
        }
    }
}
