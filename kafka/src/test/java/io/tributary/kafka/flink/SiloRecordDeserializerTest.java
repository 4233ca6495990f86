package io.tributary.kafka.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.kafka.topics.FederationTopics;
import io.tributary.schemas.update.SiloRecord;
import io.tributary.schemas.wire.Wire;
import java.util.ArrayList;
import org.apache.flink.api.common.functions.util.ListCollector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SiloRecordDeserializerTest {

    private final SiloRecordDeserializer deserializer =
            new SiloRecordDeserializer(new FederationTopics("demo"));

    @Test
    void aValueIsPassedOnAsItIs() {
        var value = new byte[] {1, 2, 3};
        var record = read("demo.updates.acme", value);
        assertThat(record.silo()).isEqualTo("acme");
        assertThat(record.partition()).isEqualTo(2);
        assertThat(record.offset()).isEqualTo(17);
        assertThat(record.value()).isSameAs(value);
    }

    @Test
    void aMirroredTopicKeepsItsSilo() {
        assertThat(read("berlin.demo.updates.acme", new byte[1]).silo()).isEqualTo("acme");
    }

    @Test
    void aMissingValueIsEmpty() {
        assertThat(read("demo.updates.acme", null).value()).isEmpty();
    }

    @Test
    void ofAnOversizedValueOnlyTheProofIsKept() {
        var value = new byte[3 * Wire.MAX_VALUE_BYTES];
        assertThat(read("demo.updates.acme", value).value()).hasSize(Wire.MAX_VALUE_BYTES + 1);
    }

    private SiloRecord read(String topic, byte @Nullable [] value) {
        var records = new ArrayList<SiloRecord>();
        deserializer.deserialize(
                new ConsumerRecord<>(topic, 2, 17, null, value), new ListCollector<>(records));
        return records.get(0);
    }
}
