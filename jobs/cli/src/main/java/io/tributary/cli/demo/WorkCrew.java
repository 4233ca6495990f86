package io.tributary.cli.demo;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Threads for training beside each other. Closing interrupts what still runs and waits for it, so
 * that nobody is inside libtorch when the process ends.
 */
public final class WorkCrew implements AutoCloseable {

    private final ExecutorService threads;

    public WorkCrew(int size) {
        threads = Executors.newFixedThreadPool(size);
    }

    public <T> Future<T> submit(Callable<T> work) {
        return threads.submit(work);
    }

    @Override
    public void close() throws InterruptedException {
        threads.shutdownNow();
        if (!threads.awaitTermination(1, TimeUnit.MINUTES)) {
            throw new IllegalStateException("training did not stop within a minute");
        }
    }
}
