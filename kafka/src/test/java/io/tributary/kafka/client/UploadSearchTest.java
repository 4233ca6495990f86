package io.tributary.kafka.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.kafka.Samples;
import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.model.CohortMember;
import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.update.UpdateChunk;
import io.tributary.schemas.update.UpdateId;
import io.tributary.schemas.update.UpdateManifest;
import io.tributary.schemas.wire.Wire;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class UploadSearchTest {

    private static final String TOPIC = "demo.updates.acme";
    private static final UpdateId ACCEPTED = new UpdateId(2, 1, 7);
    private static final UpdateId OTHER = new UpdateId(2, 1, 8);
    private static final CohortMember MEMBER =
            new CohortMember("acme", "", 2, 1, 1, 1, 10, 5, 640, 1, 2.5);

    private final ModelVersion version =
            Samples.version("main", 2, Samples.chunks("main", 2, 7), 0);
    private final int chunks = Samples.LAYOUT.chunkCount();
    private long offset = 100;

    @Test
    void chunksAreFoundInAnyOrderAndTheFirstCopyCounts() throws Exception {
        var search = search(null);
        for (int chunk = chunks - 1; chunk >= 0; chunk--) {
            offer(search, 1 + chunk % 2, chunk(ACCEPTED, chunk));
        }
        for (int chunk = 0; chunk < chunks; chunk++) {
            offer(search, 1, chunk(ACCEPTED, chunk));
        }

        var found = search.found();

        assertThat(found.id()).isEqualTo(ACCEPTED);
        for (int chunk = 0; chunk < chunks; chunk++) {
            assertThat(found.at(chunk)).isEqualTo(new TopicPartition(TOPIC, 1 + chunk % 2));
            assertThat(found.offset(chunk)).isEqualTo(100 + chunks - 1 - chunk);
        }
    }

    @Test
    void otherRoundsAttemptsModelsAndDamagedChunksAreNotTaken() {
        var search = search(null);
        upload(search, new UpdateId(1, 1, 7));
        upload(search, new UpdateId(2, 2, 7));
        for (int chunk = 1; chunk < chunks; chunk++) {
            offer(search, 1, chunk(ACCEPTED, chunk));
        }
        var good = chunk(ACCEPTED, 0);
        offer(search, 1, with(good, "other", good.crc32c()));
        offer(search, 1, with(good, "main", good.crc32c() + 1));

        assertThatThrownBy(search::found)
                .isInstanceOf(VersionNotOnLogException.class)
                .hasMessageContaining(
                        "of the update of acme that is in version 2 (attempt 1), 1 of %s chunks"
                                .formatted(chunks));
    }

    @Test
    void ofTwoUploadsOfOneAttemptItIsTheOneThatTheVersionTellsOf() throws Exception {
        var search = search(null);
        offer(search, 1, manifest(OTHER, 320));
        upload(search, OTHER);
        offer(search, 1, manifest(ACCEPTED, 640));
        upload(search, ACCEPTED);

        assertThat(search.found().id()).isEqualTo(ACCEPTED);
    }

    @Test
    void anUploadThatTheRoundsTopicNamesIsTheOne() throws Exception {
        var search = search(OTHER);
        upload(search, ACCEPTED);
        upload(search, OTHER);

        assertThat(search.found().id()).isEqualTo(OTHER);
    }

    private UploadSearch search(@Nullable UpdateId known) {
        return new UploadSearch(version, MEMBER, known, Samples.LAYOUT.chunks());
    }

    private void upload(UploadSearch search, UpdateId id) {
        for (int chunk = 0; chunk < chunks; chunk++) {
            offer(search, 1, chunk(id, chunk));
        }
    }

    private void offer(UploadSearch search, int partition, Record record) {
        search.offer(
                new ConsumerRecord<>(
                        TOPIC,
                        partition,
                        offset++,
                        new byte[0],
                        ByteBuffer.wrap(Wire.encode(record))),
                record);
    }

    private static UpdateChunk chunk(UpdateId id, int chunk) {
        var values = Samples.chunk("main", 2, chunk, 0, 7);
        return new UpdateChunk(
                "main",
                id,
                chunk,
                Codec.F32,
                values.elements(),
                values.crc32c(),
                1,
                values.payload());
    }

    private static UpdateChunk with(UpdateChunk chunk, String model, int crc32c) {
        return new UpdateChunk(
                model,
                chunk.id(),
                chunk.chunk(),
                chunk.codec(),
                chunk.elements(),
                crc32c,
                chunk.squaredNorm(),
                chunk.payload());
    }

    private static UpdateManifest manifest(UpdateId id, long tokens) {
        return new UpdateManifest(
                "main",
                id,
                1,
                Samples.LAYOUT.digest(),
                tokens,
                5,
                10,
                1,
                2.5,
                Codec.F32,
                List.of(),
                "",
                1);
    }
}
