package io.tributary.silo;

import io.tributary.kafka.client.PresenceWriter;
import io.tributary.schemas.silo.SiloPresence;
import io.tributary.schemas.silo.SiloPresence.Kind;
import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows that the silo lives, and what it does, at regular times and whenever that changes, from a
 * thread of its own: a long local step does not make a silo look dead.
 */
final class Heartbeat implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Heartbeat.class);

    private final PresenceWriter writer;
    private final String silo;
    private final DatasetSize size;
    private final long incarnation;
    private final Runnable alive;
    private final ScheduledThreadPoolExecutor timer;
    private final AtomicBoolean failing = new AtomicBoolean();
    private volatile Activity activity = Activity.IDLE;
    private volatile Aligned aligned = new Aligned(0, 0);

    private record Aligned(int version, double cosine) {}

    /**
     * @param alive told when a sign of life is on the log
     */
    Heartbeat(
            PresenceWriter writer,
            String silo,
            DatasetSize size,
            long incarnation,
            Runnable alive) {
        this.writer = writer;
        this.silo = silo;
        this.size = size;
        this.incarnation = incarnation;
        this.alive = alive;
        timer =
                new ScheduledThreadPoolExecutor(
                        1,
                        task -> {
                            var thread = new Thread(task, "heartbeat-" + silo);
                            thread.setDaemon(true);
                            return thread;
                        });
    }

    /** Tells the federation that the silo is there, waits for it to be written, and goes on. */
    @SuppressWarnings("FutureReturnValueIgnored") // the task catches what it may throw
    void join(Duration interval) {
        writer.write(presence(Kind.JOIN, activity));
        alive.run();
        timer.scheduleAtFixedRate(
                this::beat, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The silo does something else now: told even if it is over before the next beat is made. */
    @SuppressWarnings("FutureReturnValueIgnored") // the task catches what it may throw
    void change(Activity next) {
        boolean changed = !next.equals(activity);
        activity = next;
        if (changed && !timer.isShutdown()) {
            timer.execute(() -> beat(next));
        }
    }

    /** The silo goes on with what it does; the next regular beat says how far it is. */
    void progress(Activity next) {
        activity = next;
    }

    /** The cosine that the next beats tell, of the version that it is of. */
    void aligned(int version, double cosine) {
        aligned = new Aligned(version, cosine);
    }

    /** Stops beating and tells the federation, if it can be reached. */
    void leave() {
        stop();
        activity = Activity.IDLE;
        try {
            writer.write(presence(Kind.LEAVE, activity));
        } catch (RuntimeException e) {
            LOG.warn(
                    "silo {} leaves without a word ({}); it will be missed after a while",
                    silo,
                    e.getMessage());
        }
    }

    private void beat() {
        beat(activity);
    }

    private void beat(Activity now) {
        try {
            writer.announce(presence(Kind.HEARTBEAT, now), this::written, this::failed);
        } catch (RuntimeException e) {
            failed(e);
        }
    }

    private void written() {
        failing.set(false);
        alive.run();
    }

    /** One line for a series of failures. */
    private void failed(Exception failure) {
        if (failing.compareAndSet(false, true)) {
            LOG.warn(
                    "silo {} cannot show that it lives: {}; it keeps trying",
                    silo,
                    failure.getMessage());
        }
    }

    private SiloPresence presence(Kind kind, Activity now) {
        var cosine = aligned;
        return new SiloPresence(
                kind,
                incarnation,
                size.tokens(),
                size.examples(),
                now.phase(),
                now.model(),
                now.round(),
                now.step(),
                now.steps(),
                now.tokensPerSecond(),
                1,
                cosine.cosine(),
                cosine.version());
    }

    private void stop() {
        timer.shutdownNow();
        try {
            if (!timer.awaitTermination(10, TimeUnit.SECONDS)) {
                LOG.warn("the heartbeat of silo {} is still waiting for the cluster", silo);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        stop();
    }
}
