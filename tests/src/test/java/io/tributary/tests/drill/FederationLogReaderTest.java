package io.tributary.tests.drill;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.kafka.topics.FederationTopics;
import io.tributary.schemas.wire.Wire;
import java.nio.ByteBuffer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class FederationLogReaderTest {

    private static final FederationTopics TOPICS = new FederationTopics("drill");

    @Test
    void aRecordThatCannotBeReadIsKeptAndHidesNothingBehindIt() {
        var plan = FederationLogs.flawless().plans.get(0);
        var reader = new FederationLogReader(TOPICS);

        reader.accept(record(3, new byte[] {1, 2, 3}));
        reader.accept(record(4, Wire.encode(plan)));

        assertThat(reader.log().plans()).hasSize(1);
        assertThat(reader.log().malformed())
                .singleElement()
                .satisfies(m -> assertThat(m.topic()).isEqualTo(TOPICS.rounds()))
                .satisfies(m -> assertThat(m.offset()).isEqualTo(3))
                .satisfies(m -> assertThat(m.why()).contains("3 bytes"));
    }

    private static ConsumerRecord<byte[], ByteBuffer> record(long offset, byte[] value) {
        return new ConsumerRecord<>(
                TOPICS.rounds(),
                0,
                offset,
                new byte[0],
                value == null ? null : ByteBuffer.wrap(value));
    }
}
