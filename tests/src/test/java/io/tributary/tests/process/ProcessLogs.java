package io.tributary.tests.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What processes have written. */
public final class ProcessLogs {

    private static final Pattern CHECKPOINT =
            Pattern.compile("Completed checkpoint \\d+ for job \\w+ \\((\\d+) bytes");

    private ProcessLogs() {}

    /** Size of the largest checkpoint; 0 if none was taken. */
    public static long largestCheckpointBytes(Path logs) throws IOException {
        try (var lines = Files.lines(logs.resolve(FlinkProcesses.JOB_MANAGER + ".log"), UTF_8)) {
            return lines.map(CHECKPOINT::matcher)
                    .filter(Matcher::find)
                    .mapToLong(found -> Long.parseLong(found.group(1)))
                    .max()
                    .orElse(0);
        }
    }

    /** One line for every process that has run out of memory. */
    public static List<String> outOfMemory(Path logs) throws IOException {
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
