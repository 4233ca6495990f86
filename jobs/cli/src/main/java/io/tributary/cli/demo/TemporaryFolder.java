package io.tributary.cli.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A folder that goes when it is not needed any more.
 *
 * @param path where it is
 */
record TemporaryFolder(Path path) implements AutoCloseable {

    @Override
    public void close() throws IOException {
        List<Path> innermostFirst;
        try (var files = Files.walk(path)) {
            innermostFirst = files.sorted(Comparator.reverseOrder()).collect(Collectors.toList());
        }
        for (var file : innermostFirst) {
            Files.deleteIfExists(file);
        }
    }
}
