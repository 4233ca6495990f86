package io.tributary.cli;

import java.util.concurrent.CountDownLatch;

/**
 * Runs something long so that Ctrl-C ends it in order. A JVM that exits while a thread is inside
 * libtorch crashes, so the exit waits until the work has stopped.
 */
final class StopOnExit {

    private StopOnExit() {}

    /**
     * Runs {@code work} in this thread; when the process is asked to end, calls {@code stop} and
     * waits for the work to return.
     */
    static void with(Runnable stop, Runnable work) {
        var worker = Thread.currentThread();
        var done = new CountDownLatch(1);
        var hook =
                new Thread(
                        () -> {
                            stop.run();
                            try {
                                done.await();
                            } catch (InterruptedException e) {
                                worker.interrupt();
                            }
                        },
                        "stop-on-exit");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            work.run();
        } finally {
            done.countDown();
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                worker.interrupt(); // the process is ending, as it was asked to
            }
        }
    }
}
