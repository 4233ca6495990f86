package io.tributary.cli;

import java.nio.file.Files;
import java.nio.file.Path;

/** A checkpoint or savepoint that the caller names. */
final class CheckpointPath {

    private CheckpointPath() {}

    /**
     * The folder as Flink wants to be told; URIs are left to it.
     *
     * @throws IllegalArgumentException if there is no checkpoint in it, naming the option
     */
    static String of(String option, String given) {
        if (given.contains("://") || given.startsWith("file:")) {
            return given;
        }
        var folder = Path.of(given);
        if (!Files.exists(folder.resolve("_metadata"))) {
            throw new IllegalArgumentException(
                    "%s %s is not a checkpoint or savepoint: there is no _metadata in it"
                            .formatted(option, given));
        }
        return folder.toAbsolutePath().toUri().toString();
    }
}
