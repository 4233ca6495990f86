package io.tributary.tests.bench;

import java.util.Locale;

/**
 * A model or an update, moved once.
 *
 * @param bytes of encoded values
 * @param seconds that passed
 * @param cpuSeconds of the process that moved it, its compiler and collector included
 */
record Transfer(long bytes, double seconds, double cpuSeconds) {

    /** Runs a transfer, and takes its time. */
    static Transfer of(long bytes, Runnable work) {
        long cpu = CpuClock.ofProcess();
        long began = System.nanoTime();
        work.run();
        long ended = System.nanoTime();
        return new Transfer(bytes, (ended - began) / 1e9, (CpuClock.ofProcess() - cpu) / 1e9);
    }

    double megabytesPerSecond() {
        return bytes / seconds / 1e6;
    }

    double cpuSecondsPerGigabyte() {
        return cpuSeconds / bytes * 1e9;
    }

    /** One line, from which {@link #parse} makes the same. */
    String line() {
        return String.format(Locale.ROOT, "%d %.9f %.9f", bytes, seconds, cpuSeconds);
    }

    static Transfer parse(String line) {
        var parts = line.split(" ", 3);
        return new Transfer(
                Long.parseLong(parts[0]),
                Double.parseDouble(parts[1]),
                Double.parseDouble(parts[2]));
    }
}
