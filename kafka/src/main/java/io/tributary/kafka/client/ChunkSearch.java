package io.tributary.kafka.client;

import io.tributary.schemas.codec.ChunkDigest;
import io.tributary.schemas.codec.Crc32c;
import io.tributary.schemas.model.ChunkSpan;
import io.tributary.schemas.model.ModelChunk;
import io.tributary.schemas.model.ModelVersion;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Which chunk records of a version are still missing. A record counts if it is what the manifest
 * names: version, number of values, codec and checksum. Anything else is ignored.
 *
 * <p>A manifest has no checksums for moments; those are checked against the record's own. A master
 * has to round to the parameters besides.
 */
final class ChunkSearch {

    private final ModelVersion version;
    private final List<ChunkSpan> spans;
    private final int parts;
    private final BitSet missing = new BitSet();

    /**
     * @param parts 1 for parameters only, 1 + moments per chunk for all
     * @throws IllegalArgumentException if the manifest contradicts itself
     */
    ChunkSearch(ModelVersion version, int parts) {
        this.version = version;
        this.parts = parts;
        spans = version.layout().chunks();
        int named = version.chunkVersions().length;
        if (named != spans.size() || version.chunkCrcs().length != spans.size()) {
            throw new IllegalArgumentException(
                    "version %s of %s names %s chunks, its layout has %s"
                            .formatted(version.version(), version.model(), named, spans.size()));
        }
        if (!ChunkDigest.of(version.chunkCrcs()).equals(version.digest())) {
            throw new IllegalArgumentException(
                    "version %s of %s does not have the digest of its chunks' checksums"
                            .formatted(version.version(), version.model()));
        }
        missing.set(0, spans.size() * parts);
    }

    /** The parameters of this chunk need not be found. */
    void skip(int chunk) {
        missing.clear(chunk * parts);
    }

    /** Whether the record is one that was missing; from now on it is not. */
    boolean accept(ModelChunk chunk) {
        if (!isNamed(chunk)) {
            return false;
        }
        int place = chunk.chunk() * parts + chunk.part();
        if (!missing.get(place) || Crc32c.of(chunk.payload()) != chunk.crc32c()) {
            return false;
        }
        if (chunk.part() > 0
                && chunk.part() == version.masterPart()
                && !version.isRoundingOf(chunk)) {
            return false;
        }
        missing.clear(place);
        return true;
    }

    private boolean isNamed(ModelChunk chunk) {
        int index = chunk.chunk();
        if (!chunk.model().equals(version.model())
                || index < 0
                || index >= spans.size()
                || chunk.part() < 0
                || chunk.part() >= parts) {
            return false;
        }
        boolean named =
                chunk.part() == 0
                        ? chunk.version() == version.chunkVersions()[index]
                                && chunk.crc32c() == version.chunkCrcs()[index]
                                && chunk.codec() == version.codec()
                        : chunk.version() == version.snapshotVersion();
        int elements = spans.get(index).elements();
        return named
                && chunk.elements() == elements
                && chunk.payload().length == chunk.codec().encodedBytes(elements);
    }

    boolean isComplete() {
        return missing.isEmpty();
    }

    /** Whether only moments are missing, if anything is. */
    boolean hasAllParameters() {
        return missing.stream().noneMatch(place -> place % parts == 0);
    }

    /** The chunks that have something missing, in order. */
    List<Integer> missingChunks() {
        return missing.stream()
                .map(place -> place / parts)
                .distinct()
                .boxed()
                .collect(Collectors.toList());
    }
}
