package io.tributary.cli.demo;

import io.tributary.kafka.KafkaConnection;
import io.tributary.silo.LocalTrainer;
import io.tributary.silo.Silo;
import io.tributary.silo.SiloListener;
import io.tributary.silo.SiloOptions;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/** The demo's silos, each in a thread of its own. */
final class SiloCrew implements AutoCloseable {

    private final List<Silo> silos = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicReference<RuntimeException> failure = new AtomicReference<>();

    /**
     * Starts all silos.
     *
     * @param trainers by silo id
     * @param state folder for what silos keep
     * @param listeners who is told what a silo does, by its id
     */
    static SiloCrew start(
            KafkaConnection connection,
            Map<String, ? extends LocalTrainer> trainers,
            Path state,
            Function<String, SiloListener> listeners) {
        var crew = new SiloCrew();
        trainers.forEach(
                (id, trainer) -> {
                    var options =
                            SiloOptions.of(connection, DemoRecipe.FEDERATION, id, state)
                                    .withModel(DemoRecipe.MODEL)
                                    .withHeartbeat(Duration.ofMillis(500));
                    crew.add(
                            id,
                            new Silo(
                                    options,
                                    trainer,
                                    Clock.systemUTC(),
                                    new SecureRandom(),
                                    listeners.apply(id)));
                });
        crew.threads.forEach(Thread::start);
        return crew;
    }

    private void add(String id, Silo silo) {
        silos.add(silo);
        threads.add(new Thread(() -> run(silo), "silo-" + id));
    }

    private void run(Silo silo) {
        try {
            silo.run();
        } catch (RuntimeException e) {
            failure.compareAndSet(null, e);
        }
    }

    /**
     * @throws RuntimeException what made a silo give up, if one did
     */
    void check() {
        var first = failure.get();
        if (first != null) {
            throw first;
        }
    }

    /** Stops all silos after the step they are in, and waits until they have. */
    @Override
    public void close() throws InterruptedException {
        silos.forEach(Silo::stop);
        for (var thread : threads) {
            thread.join();
        }
    }
}
