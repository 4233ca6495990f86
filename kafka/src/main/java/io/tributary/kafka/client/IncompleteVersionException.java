package io.tributary.kafka.client;

import io.tributary.schemas.model.ModelVersion;
import java.util.List;
import java.util.stream.Collectors;

/** A version's manifest is there, but not all the chunks it names, within the time given. */
public final class IncompleteVersionException extends Exception {

    private static final long serialVersionUID = 1;
    private static final int SHOWN = 20;

    private final transient List<Integer> missingChunks;

    IncompleteVersionException(ModelVersion version, List<Integer> missing, Deadline deadline) {
        super(
                ("version %s of %s lacks %s of its %s chunks after %s (%s%s); wait for the job to"
                                + " publish it again, or use an older version")
                        .formatted(
                                version.version(),
                                version.model(),
                                missing.size(),
                                version.chunkVersions().length,
                                deadline,
                                missing.stream()
                                        .limit(SHOWN)
                                        .map(String::valueOf)
                                        .collect(Collectors.joining(", ")),
                                missing.size() > SHOWN ? ", ..." : ""));
        missingChunks = List.copyOf(missing);
    }

    /** Indices of the chunks that were not found, in order. */
    public List<Integer> missingChunks() {
        return missingChunks;
    }
}
