package io.tributary.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs something long so that Ctrl-C ends it in order: the process's exit waits for it. */
final class StopOnExit {

    private static final Logger LOG = LoggerFactory.getLogger(StopOnExit.class);

    /** Work that does not stop when asked to, because it waits for a cluster, is interrupted. */
    private static final long PATIENCE_SECONDS = 5;

    /** A supervisor's patience is about that long; then it kills. */
    private static final long LONGEST_SECONDS = 20;

    private StopOnExit() {}

    /** What is run. */
    @FunctionalInterface
    interface Work {
        void run() throws Exception;
    }

    /**
     * Runs {@code work} in this thread. When the process is asked to end, calls {@code stop}, waits
     * for the work to return, and interrupts it if it takes long.
     */
    static void with(Runnable stop, Work work) throws Exception {
        var worker = Thread.currentThread();
        var done = new CountDownLatch(1);
        var exiting = new AtomicBoolean();
        Runnable end =
                () -> {
                    exiting.set(true);
                    end(stop, worker, done);
                };
        var hook = new Thread(end, "stop-on-exit");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            work.run();
        } catch (Exception e) {
            if (!exiting.get()) {
                throw e;
            }
            LOG.info("cut short by the end of the process", e);
        } finally {
            done.countDown();
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                worker.interrupt(); // the process is ending, as it was asked to
            }
        }
    }

    private static void end(Runnable stop, Thread worker, CountDownLatch done) {
        try {
            stop.run();
            if (!done.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                worker.interrupt();
                if (!done.await(LONGEST_SECONDS, TimeUnit.SECONDS)) {
                    System.err.println("tributary: ended before all work had stopped");
                }
            }
        } catch (InterruptedException e) {
            worker.interrupt();
        }
    }
}
