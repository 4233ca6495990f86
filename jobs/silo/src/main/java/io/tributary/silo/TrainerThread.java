package io.tributary.silo;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * The one thread that a trainer is called from, so that the silo can follow the federation while it
 * trains, and interrupt it.
 */
final class TrainerThread implements AutoCloseable {

    private final ExecutorService executor;

    TrainerThread(String silo) {
        executor = Executors.newSingleThreadExecutor(task -> new Thread(task, "trainer-" + silo));
    }

    <T> Future<T> submit(Callable<T> task) {
        return executor.submit(task);
    }

    /** Runs a short task and waits for it. */
    <T> T call(Callable<T> task) throws ExecutionException, InterruptedException {
        return executor.submit(task).get();
    }

    /**
     * Interrupts a task and waits until it has ended: until then the trainer may read the
     * parameters it was given.
     */
    void cancel(Future<?> task) {
        task.cancel(true);
        var ended = executor.submit(() -> {});
        boolean interrupted = false;
        while (!ended.isDone()) {
            try {
                ended.get();
            } catch (InterruptedException e) {
                interrupted = true;
            } catch (ExecutionException e) {
                throw new IllegalStateException("an empty task cannot fail", e);
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Interrupts what runs and waits until it has ended: native code must not be left running. */
    @Override
    public void close() {
        executor.shutdownNow();
        boolean interrupted = false;
        boolean ended = false;
        while (!ended) {
            try {
                ended = executor.awaitTermination(1, TimeUnit.MINUTES);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
