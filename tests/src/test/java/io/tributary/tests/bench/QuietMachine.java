package io.tributary.tests.bench;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The right to measure, which one process of a user has at a time; two would measure each other.
 */
public final class QuietMachine implements AutoCloseable {

    private final FileLock lock;

    private QuietMachine(FileLock lock) {
        this.lock = lock;
    }

    /** Waits until no other process has it; calls {@code onWait} before, if one does. */
    public static QuietMachine await(Runnable onWait) throws IOException {
        var file =
                Path.of(
                        System.getProperty("java.io.tmpdir"),
                        "tributary-bench-%s.lock".formatted(System.getProperty("user.name")));
        var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        var lock = channel.tryLock();
        if (lock == null) {
            onWait.run();
            lock = channel.lock();
        }
        return new QuietMachine(lock);
    }

    @Override
    public void close() throws IOException {
        lock.acquiredBy().close(); // and with it the lock
    }
}
