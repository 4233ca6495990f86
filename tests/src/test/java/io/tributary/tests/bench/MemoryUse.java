package io.tributary.tests.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/**
 * Memory of this process.
 *
 * @param heap bytes of the heap in use
 * @param direct bytes of buffers outside of it
 * @param resident bytes of the process that are in memory; 0 where there is no {@code /proc}
 */
record MemoryUse(long heap, long direct, long resident) {

    private static final Path STATUS = Path.of("/proc/self/status");

    /** Now, garbage included. */
    static MemoryUse now() {
        return new MemoryUse(
                ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
                directBytes(),
                residentBytes());
    }

    /** Without garbage. */
    static MemoryUse live() {
        System.gc();
        long left =
                ManagementFactory.getMemoryPoolMXBeans().stream()
                        .filter(pool -> pool.getType() == MemoryType.HEAP)
                        .map(MemoryPoolMXBean::getCollectionUsage)
                        .filter(Objects::nonNull)
                        .mapToLong(MemoryUsage::getUsed)
                        .sum();
        return new MemoryUse(left, directBytes(), residentBytes());
    }

    /** The larger of each. */
    MemoryUse max(MemoryUse other) {
        return new MemoryUse(
                Math.max(heap, other.heap),
                Math.max(direct, other.direct),
                Math.max(resident, other.resident));
    }

    private static long directBytes() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }

    private static long residentBytes() {
        if (!Files.isReadable(STATUS)) {
            return 0;
        }
        try (var lines = Files.lines(STATUS)) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
                    .sum();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + STATUS, e);
        }
    }

    /** One line, from which {@link #parse} makes the same. */
    String line() {
        return heap + " " + direct + " " + resident;
    }

    static MemoryUse parse(String line) {
        var parts = line.split(" ", 3);
        return new MemoryUse(
                Long.parseLong(parts[0]), Long.parseLong(parts[1]), Long.parseLong(parts[2]));
    }
}
