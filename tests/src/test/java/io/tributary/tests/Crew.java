package io.tributary.tests;

import io.tributary.silo.LocalTrainer;
import io.tributary.silo.Silo;
import io.tributary.silo.SiloOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** Runs silos of a federation, each in a thread of its own, until it is closed. */
final class Crew implements AutoCloseable {

    private final TestFederation federation;
    private final Path work;
    private final Map<Silo, Thread> threads = new LinkedHashMap<>();

    /**
     * @param work folder for what silos keep
     */
    Crew(TestFederation federation, Path work) {
        this.federation = federation;
        this.work = work;
    }

    void add(String id, LocalTrainer trainer) {
        var options =
                SiloOptions.of(
                                federation.connection(),
                                federation.topics().federation(),
                                id,
                                work.resolve("silos"))
                        .withEvaluationDelay(Duration.ofMinutes(1));
        var silo = new Silo(options, trainer);
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
