package io.tributary.tests.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/** A fixed number of threads that share the chunks of a model, as the tasks of a job do. */
final class Workers implements AutoCloseable {

    private final int threads;
    private final List<Thread> members = new CopyOnWriteArrayList<>();
    private final ThreadPoolExecutor pool;

    Workers(int threads) {
        this.threads = threads;
        pool =
                new ThreadPoolExecutor(
                        threads,
                        threads,
                        0,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(),
                        this::member);
        pool.prestartAllCoreThreads();
    }

    private Thread member(Runnable work) {
        var thread = new Thread(work, "worker-" + members.size());
        members.add(thread);
        return thread;
    }

    /** CPU time these threads have spent, in nanoseconds. */
    long cpuNanos() {
        return CpuClock.of(members);
    }

    /** {@code work(0), work(1), ...}, in this order whoever does them. */
    double[][] each(int count, IntFunction<double[]> work) {
        var results = new double[count][];
        var next = new AtomicInteger();
        Callable<Void> share =
                () -> {
                    for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
                        results[i] = work.apply(i);
                    }
                    return null;
                };
        List<Callable<Void>> shares = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            shares.add(share);
        }
        try {
            for (var done : pool.invokeAll(shares)) {
                done.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while aggregating", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
        return results;
    }

    @Override
    public void close() {
        pool.shutdown();
    }
}
