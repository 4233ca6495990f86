package io.tributary.operators.flink;

import io.tributary.schemas.model.ModelChunk;
import io.tributary.schemas.model.ModelVersion;
import java.io.Serializable;
import java.util.Optional;
import java.util.function.Consumer;

/** The versions that have been published and can still be read. */
public interface VersionArchive extends Serializable {

    /**
     * A version that can be read whole.
     *
     * @param moments whether all that its successor needs was published with this very version: the
     *     server optimizer's moments, a rule's centre, the master
     */
    record Found(ModelVersion version, boolean moments) {}

    /**
     * Looks up a version that the federation has gone on from. Operators ask while records and
     * checkpoints wait: an answer comes without reading what the version consists of.
     *
     * @return empty if it cannot be read whole any more
     */
    Optional<Found> find(String model, int version);

    /**
     * Reads the chunks of a version.
     *
     * @param receiver takes every part of every chunk once, in any order
     * @throws IllegalStateException if it cannot be read whole
     */
    void read(Found found, Consumer<ModelChunk> receiver);
}
