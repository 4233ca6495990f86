package io.tributary.operators.flink;

import io.tributary.schemas.model.ModelChunk;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** An archive of the versions that a test has put there. */
final class KeptVersions implements VersionArchive {

    private static final long serialVersionUID = 1;

    private final Map<Integer, Found> versions = new HashMap<>();
    private final Map<Integer, List<ModelChunk>> chunks = new HashMap<>();

    KeptVersions with(Found found, List<ModelChunk> parts) {
        versions.put(found.version().version(), found);
        chunks.put(found.version().version(), new ArrayList<>(parts));
        return this;
    }

    @Override
    public Optional<Found> find(String model, int version) {
        return Optional.ofNullable(versions.get(version))
                .filter(found -> found.version().model().equals(model));
    }

    @Override
    public void read(Found found, Consumer<ModelChunk> receiver) {
        chunks.get(found.version().version()).stream()
                .filter(chunk -> chunk.part() == 0 || found.moments())
                .forEach(receiver);
    }
}
