package io.tributary.tests.drill;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/** Where a drill keeps what its processes need and write; gone afterwards, unless it is wanted. */
final class DrillFolder implements AutoCloseable {

    private final Path folder;
    private boolean kept;

    private DrillFolder(Path folder, boolean kept) {
        this.folder = folder;
        this.kept = kept;
    }

    /**
     * @param wanted a folder to keep; null for a temporary one
     * @throws IOException if it cannot be made, or has a drill in it
     */
    static DrillFolder open(@Nullable Path wanted) throws IOException {
        if (wanted == null) {
            return new DrillFolder(Files.createTempDirectory("tributary-drill"), false);
        }
        var folder = Files.createDirectories(wanted.toAbsolutePath());
        if (Files.exists(folder.resolve("work"))) {
            throw new IOException(
                    "%s holds a drill already; remove it or choose another --output"
                            .formatted(wanted));
        }
        return new DrillFolder(folder, true);
    }

    Path work() throws IOException {
        return Files.createDirectories(folder.resolve("work"));
    }

    Path logs() throws IOException {
        return Files.createDirectories(folder.resolve("logs"));
    }

    /** There is something to find out. */
    void keep() {
        kept = true;
    }

    @Override
    public void close() throws IOException {
        if (kept) {
            return;
        }
        try (var files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(DrillFolder::delete);
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
