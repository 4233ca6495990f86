package io.tributary.silo;

import io.tributary.kafka.client.PresenceWriter;
import java.time.Clock;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What the parts of a running silo share.
 *
 * @param stop at 0 when the silo is to stop
 */
record SiloContext(
        SiloOptions options,
        LocalTrainer trainer,
        Clock clock,
        RandomGenerator random,
        SiloListener listener,
        TrainerThread thread,
        Links links,
        PresenceWriter presence,
        Heartbeat heartbeat,
        StateDirectory state,
        CountDownLatch stop) {

    String silo() {
        return options.silo();
    }

    /** The silo does something else now: tells the federation and the listener. */
    void enter(Activity activity) {
        heartbeat.change(activity);
        listener.entered(activity.phase());
    }

    boolean stopping() {
        return stop.getCount() == 0;
    }

    /**
     * Waits for the trainer, following the federation meanwhile.
     *
     * @param follow polls the federation; takes a moment
     * @param obsolete whether the result is not wanted any more
     * @return null if the work was abandoned, because it became obsolete or the silo stops
     * @throws ExecutionException if the trainer failed
     */
    <T> @Nullable T await(Future<T> work, Runnable follow, BooleanSupplier obsolete)
            throws ExecutionException, InterruptedException {
        try {
            while (!work.isDone()) {
                if (stopping() || obsolete.getAsBoolean()) {
                    return null;
                }
                follow.run();
            }
            return work.get();
        } finally {
            if (!work.isDone()) {
                thread.cancel(work);
            }
        }
    }
}
