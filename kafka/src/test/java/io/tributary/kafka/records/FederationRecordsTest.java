package io.tributary.kafka.records;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.kafka.Samples;
import io.tributary.kafka.topics.FederationTopics;
import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.model.ModelChunk;
import io.tributary.schemas.silo.SiloEvaluation;
import io.tributary.schemas.update.UpdateChunk;
import io.tributary.schemas.update.UpdateId;
import io.tributary.schemas.wire.Wire;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

class FederationRecordsTest {

    private final FederationRecords records = new FederationRecords(new FederationTopics("demo"));

    @Test
    void aModelChunkGoesToThePartitionOfItsIndex() {
        var record = records.model(Samples.chunk("main", 7, 3, 0, 1), 2);
        assertThat(record.topic()).isEqualTo("demo.models");
        assertThat(record.partition()).isEqualTo(1);
        assertThat(record.key()).asString(UTF_8).isEqualTo("main/7/3");
        assertThat(headers(record))
                .isEqualTo(Map.of("type", "ModelChunk", "model", "main", "version", "7"));
    }

    @Test
    void aMomentHasAKeyOfItsOwn() {
        var record = records.model(Samples.chunk("main", 7, 3, 2, 1), 2);
        assertThat(record.key()).asString(UTF_8).isEqualTo("main/7/3/2");
    }

    @Test
    void theValueIsTheRecordOnTheWire() throws Exception {
        var chunk = Samples.chunk("main", 7, 3, 0, 1);
        var decoded = Wire.decode(records.model(chunk, 2).value(), ModelChunk.class);
        assertThat(decoded).usingRecursiveComparison().isEqualTo(chunk);
    }

    @Test
    void anUpdateChunkGoesToItsSilosTopic() {
        var chunk =
                new UpdateChunk("main", new UpdateId(4, 1, 99), 5, Codec.F32, 1, 0, 0, new byte[4]);
        var record = records.update("acme", chunk, 3);
        assertThat(record.topic()).isEqualTo("demo.updates.acme");
        assertThat(record.partition()).isEqualTo(3);
        assertThat(record.key()).asString(UTF_8).isEqualTo("5");
        assertThat(headers(record))
                .isEqualTo(
                        Map.of(
                                "type",
                                "UpdateChunk",
                                "model",
                                "main",
                                "round",
                                "4",
                                "silo",
                                "acme"));
    }

    @Test
    void anEvaluationGoesBesideThePresence() {
        var record = records.evaluation("acme", new SiloEvaluation("main", 3, 10, 5, 20));
        assertThat(record.topic()).isEqualTo("demo.updates.acme");
        assertThat(record.partition()).isZero();
        assertThat(headers(record)).containsEntry("version", "3").containsEntry("silo", "acme");
    }

    @Test
    void recordsOfOneModelsRoundsShareAKey() {
        var record = records.round(Samples.plan("main", 2, "a", "b"));
        assertThat(record.topic()).isEqualTo("demo.rounds");
        assertThat(record.key()).asString(UTF_8).isEqualTo("main");
        assertThat(headers(record)).containsEntry("type", "RoundPlan").containsEntry("round", "2");
    }

    private static Map<String, String> headers(ProducerRecord<byte[], byte[]> record) {
        var headers = new HashMap<String, String>();
        record.headers().forEach(h -> headers.put(h.key(), new String(h.value(), UTF_8)));
        return headers;
    }
}
