package io.tributary.tests.drill;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What the processes of a drill have written. */
final class ProcessLogs {

    private ProcessLogs() {}

    /** One line for every process that has run out of memory. */
    static List<String> outOfMemory(Path logs) throws IOException {
        var found = new ArrayList<String>();
        try (var files = Files.list(logs)) {
            for (var file : files.sorted().toList()) {
                try (var lines = Files.lines(file, UTF_8)) {
                    lines.filter(line -> line.contains("OutOfMemoryError"))
                            .findFirst()
                            .ifPresent(line -> found.add(file.getFileName() + ": " + line.strip()));
                }
            }
        }
        return found;
    }
}
