package io.tributary.kafka.client;

import io.tributary.schemas.codec.Crc32c;
import io.tributary.schemas.model.ChunkSpan;
import io.tributary.schemas.model.CohortMember;
import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.update.UpdateChunk;
import io.tributary.schemas.update.UpdateId;
import io.tributary.schemas.update.UpdateManifest;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Looks through a silo's topic for the upload that a version contains. A manifest of a version has
 * its attempt only; should a silo have forgotten its attempts and used one twice, the upload is the
 * one whose manifest says what the version's does.
 */
final class UploadSearch {

    private final ModelVersion version;
    private final CohortMember member;
    private final @Nullable UpdateId known;
    private final List<ChunkSpan> spans;
    private final Map<UpdateId, UploadPlaces> uploads = new LinkedHashMap<>();
    private final Map<UpdateId, UpdateManifest> manifests = new HashMap<>();

    UploadSearch(
            ModelVersion version,
            CohortMember member,
            @Nullable UpdateId known,
            List<ChunkSpan> spans) {
        this.version = version;
        this.member = member;
        this.known = known;
        this.spans = spans;
    }

    /**
     * Takes a record of the silo's topic.
     *
     * @param decoded what it says; null if it says nothing
     */
    void offer(ConsumerRecord<byte[], ByteBuffer> record, @Nullable Record decoded) {
        if (decoded instanceof UpdateManifest manifest
                && isWanted(manifest.model(), manifest.id())) {
            manifests.putIfAbsent(manifest.id(), manifest);
        } else if (decoded instanceof UpdateChunk chunk
                && isWanted(chunk.model(), chunk.id())
                && isSound(chunk)) {
            uploads.computeIfAbsent(
                            chunk.id(), id -> new UploadPlaces(id, record.topic(), spans.size()))
                    .found(chunk.chunk(), record);
        }
    }

    private boolean isWanted(String model, UpdateId id) {
        return model.equals(version.model())
                && (known == null
                        ? id.round() == member.round() && id.attempt() == member.attempt()
                        : id.equals(known));
    }

    private boolean isSound(UpdateChunk chunk) {
        if (chunk.chunk() < 0 || chunk.chunk() >= spans.size()) {
            return false;
        }
        int elements = spans.get(chunk.chunk()).elements();
        return chunk.elements() == elements
                && chunk.payload().length == chunk.codec().encodedBytes(elements)
                && Crc32c.of(chunk.payload()) == chunk.crc32c();
    }

    /**
     * The upload.
     *
     * @throws VersionNotOnLogException if it is not there whole
     */
    UploadPlaces found() throws VersionNotOnLogException {
        UploadPlaces whole = null;
        int missing = spans.size();
        for (var upload : uploads.values()) {
            missing = Math.min(missing, upload.missing());
            if (upload.missing() == 0 && (whole == null || isAsAccepted(upload.id()))) {
                whole = upload;
            }
        }
        if (whole == null) {
            throw new VersionNotOnLogException(
                    "of the update of %s that is in version %s (attempt %s), %s of %s chunks are not on the log any more: beyond the retention of the update topics nothing can be replayed"
                            .formatted(
                                    member.silo(),
                                    version.version(),
                                    member.attempt(),
                                    missing,
                                    spans.size()));
        }
        return whole;
    }

    private boolean isAsAccepted(UpdateId id) {
        var manifest = manifests.get(id);
        return manifest != null
                && manifest.tokens() == member.tokens()
                && manifest.localSteps() == member.localSteps()
                && manifest.normalizer() == member.normalizer()
                && manifest.trainLoss() == member.trainLoss();
    }
}
