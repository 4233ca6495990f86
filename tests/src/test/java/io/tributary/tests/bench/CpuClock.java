package io.tributary.tests.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/** CPU time that has been spent, in nanoseconds; differences between two readings count. */
final class CpuClock {

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final OperatingSystemMXBean PROCESS =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private CpuClock() {}

    /**
     * Of all Java threads that are alive, to the nanosecond: whoever takes part in a kernel. The
     * threads of the compiler and of the garbage collector are not among them.
     */
    static long ofThreads() {
        long sum = 0;
        for (long id : THREADS.getAllThreadIds()) {
            sum += Math.max(0, THREADS.getThreadCpuTime(id)); // -1: ended meanwhile
        }
        return sum;
    }

    /** Of the whole process, compiler and collector included, in steps of 10 ms. */
    static long ofProcess() {
        return PROCESS.getProcessCpuTime();
    }
}
