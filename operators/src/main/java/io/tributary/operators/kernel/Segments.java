package io.tributary.operators.kernel;

import static io.tributary.operators.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Work along rows, cut into segments whose bounds follow from the length alone: what is calculated
 * for each has the same bits however many threads share them.
 *
 * @param length of the rows
 * @param size of every segment but the last
 */
record Segments(int length, int size) {

    /** Works on one segment; holds scratch memory for one thread. */
    interface Worker {
        void work(int segment, int from, int to);
    }

    int count() {
        return (int) (((long) length + size - 1) / size);
    }

    /**
     * Works on all segments.
     *
     * @param threads how many share the work, the caller's included
     * @param workers makes one for each thread
     */
    void forEach(int threads, Supplier<Worker> workers) {
        checkArgument(threads >= 1, "threads must be >= 1, got %s", threads);
        int count = count();
        var next = new AtomicInteger();
        Callable<Void> task =
                () -> {
                    var worker = workers.get();
                    for (int s = next.getAndIncrement(); s < count; s = next.getAndIncrement()) {
                        int from = s * size;
                        worker.work(s, from, from + Math.min(size, length - from));
                    }
                    return null;
                };
        var helpers = new ArrayList<FutureTask<Void>>();
        for (int t = 1; t < Math.min(threads, count); t++) {
            var helper = new FutureTask<>(task);
            var thread = new Thread(helper, "aggregation-" + t);
            thread.setDaemon(true);
            thread.start();
            helpers.add(helper);
        }
        var own = new FutureTask<>(task);
        own.run();
        helpers.add(own);
        helpers.forEach(Segments::join);
    }

    private static void join(FutureTask<Void> task) {
        boolean interrupted = false;
        while (true) {
            try {
                task.get();
                break;
            } catch (InterruptedException e) {
                interrupted = true; // the others still write to memory that is ours
            } catch (ExecutionException e) {
                if (e.getCause() instanceof RuntimeException cause) {
                    throw cause;
                }
                if (e.getCause() instanceof Error cause) {
                    throw cause;
                }
                throw new IllegalStateException(e.getCause());
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
