package io.tributary.tests.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;

/** CPU time that has been spent, in nanoseconds; differences between two readings count. */
final class CpuClock {

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final OperatingSystemMXBean PROCESS =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private CpuClock() {}

    /** Of the thread that calls. */
    static long ofThisThread() {
        return THREADS.getCurrentThreadCpuTime();
    }

    /**
     * Of these threads, which are to be alive at both readings: one that ends takes what it has
     * spent with it. That is why there is no sum over whichever threads there are.
     *
     * @throws IllegalStateException if one is not alive
     */
    static long of(List<Thread> threads) {
        long sum = 0;
        for (var thread : threads) {
            long spent = THREADS.getThreadCpuTime(thread.getId());
            if (spent < 0) {
                throw new IllegalStateException(
                        "the CPU time of %s is lost: it is not alive".formatted(thread.getName()));
            }
            sum += spent;
        }
        return sum;
    }

    /** Of the whole process, compiler and collector included, in steps of 10 ms. */
    static long ofProcess() {
        return PROCESS.getProcessCpuTime();
    }
}
