package io.tributary.tests.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/** Where a run keeps what its processes need and write; gone afterwards, unless it is wanted. */
public final class WorkFolder implements AutoCloseable {

    private final Path folder;
    private boolean kept;

    private WorkFolder(Path folder, boolean kept) {
        this.folder = folder;
        this.kept = kept;
    }

    /**
     * @param name of the command, which names a temporary folder
     * @param wanted a folder to keep; null for a temporary one
     * @throws IOException if it cannot be made, or has a run in it
     */
    public static WorkFolder open(String name, @Nullable Path wanted) throws IOException {
        if (wanted == null) {
            return new WorkFolder(Files.createTempDirectory("tributary-" + name), false);
        }
        var folder = Files.createDirectories(wanted.toAbsolutePath());
        if (Files.exists(folder.resolve("work"))) {
            throw new IOException(
                    "%s holds a run already; remove it or choose another --output"
                            .formatted(wanted));
        }
        return new WorkFolder(folder, true);
    }

    public Path work() throws IOException {
        return Files.createDirectories(folder.resolve("work"));
    }

    public Path logs() throws IOException {
        return Files.createDirectories(folder.resolve("logs"));
    }

    /** There is something to find out. */
    public void keep() {
        kept = true;
    }

    @Override
    public void close() throws IOException {
        if (kept) {
            return;
        }
        try (var files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(WorkFolder::delete);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + file, e);
        }
    }
}
