package io.tributary.tests.process;

import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets a process that is asked to end do so in order: what it is doing is interrupted, and has time
 * to end the processes it has started and to remove its folders.
 */
public final class OrderlyEnd {

    private static final long LONGEST_SECONDS = 20;

    private OrderlyEnd() {}

    public static <T> T of(Callable<T> work) throws Exception {
        var worker = Thread.currentThread();
        var done = new CountDownLatch(1);
        var hook = new Thread(() -> end(worker, done), "orderly-end");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            return work.call();
        } finally {
            done.countDown();
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                worker.interrupt(); // the process is ending, as it was asked to
            }
        }
    }

    private static void end(Thread worker, CountDownLatch done) {
        worker.interrupt();
        try {
            boolean unused = done.await(LONGEST_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
