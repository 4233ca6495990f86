package io.tributary.schemas.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.schemas.model.ModelChunk;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The frame of a schema registry: 00, the schema's number in four bytes, the record. */
class RegistryFrameTest {

    private static final int FRAME = 5;
    private static final int OWN_FRAME = 10;

    /** The n-th type has number 2^24 + n, so that a wrong order of bytes shows. */
    private static final int FIRST = 1 << 24;

    private static final String ORIGIN = "demo.updates.acme";

    private final List<String> asked = new ArrayList<>();

    private final SchemaIds ids =
            (id, origin) -> {
                asked.add(origin + " " + id);
                int index = id - FIRST;
                if (index < 0 || index >= Wire.types().size()) {
                    throw new MalformedRecordException("no schema " + id);
                }
                return fingerprint(Wire.types().get(index));
            };

    static List<Record> examples() {
        return Examples.all();
    }

    @ParameterizedTest
    @MethodSource("examples")
    void recordsAreTheSameInBothFrames(Record record) throws Exception {
        var own = Wire.encode(record);
        var registered = Wire.encode(record, id(record));

        assertThat(registered).hasSize(own.length - OWN_FRAME + FRAME);
        assertThat(registered[0]).isZero();
        assertThat(ByteBuffer.wrap(registered, 1, 4).getInt()).isEqualTo(id(record));
        assertThat(Arrays.copyOfRange(registered, FRAME, registered.length))
                .isEqualTo(Arrays.copyOfRange(own, OWN_FRAME, own.length));
        assertThat(decode(registered)).usingRecursiveComparison().isEqualTo(record);
        assertThat(decode(own)).usingRecursiveComparison().isEqualTo(record);
        assertThat(asked).containsExactly(ORIGIN + " " + id(record));
    }

    @Test
    void theBufferStaysAsItIsWhereverTheValueLiesInIt() throws Exception {
        var value = Wire.encode(Examples.updateChunk(), id(Examples.updateChunk()));
        var around = ByteBuffer.allocate(value.length + 9);
        around.position(4).put(value).position(4).limit(4 + value.length);

        for (var buffer : List.of(around, around.asReadOnlyBuffer())) {
            assertThat(Wire.decode(buffer, null, ids, ORIGIN))
                    .usingRecursiveComparison()
                    .isEqualTo(Examples.updateChunk());
            assertThat(buffer.position()).isEqualTo(4);
            assertThat(buffer.remaining()).isEqualTo(value.length);
        }
    }

    @Test
    void payloadsTakeTurnsInOneArray() throws Exception {
        var chunk = Examples.all().stream().filter(r -> r instanceof ModelChunk).findFirst().get();
        var value = ByteBuffer.wrap(Wire.encode(chunk, id(chunk)));

        var first = (ModelChunk) Wire.decode(value, null, ids, ORIGIN);
        var second = (ModelChunk) Wire.decode(value, first, ids, ORIGIN);

        assertThat(second.payload()).isSameAs(first.payload());
    }

    @Test
    void withoutARegistryTheFrameIsNamed() {
        var value = Wire.encode(Examples.updateChunk(), 7);

        assertThatThrownBy(() -> Wire.decode(value))
                .isInstanceOf(MalformedRecordException.class)
                .hasMessageContaining("in the frame of a schema registry (schema id 7)");
    }

    @ParameterizedTest
    @MethodSource("examples")
    void truncatedValuesAreMalformed(Record record) {
        var value = Wire.encode(record, id(record));
        for (int length = 0; length < value.length; length++) {
            var truncated = Arrays.copyOf(value, length);
            assertThatThrownBy(() -> decode(truncated))
                    .isInstanceOf(MalformedRecordException.class);
        }
        assertThatThrownBy(() -> decode(Arrays.copyOf(value, value.length + 1)))
                .hasMessageContaining("1 bytes follow its last field");
    }

    @Test
    void aRegistryIsNotAskedAboutValuesThatCannotBe() {
        assertThatThrownBy(() -> decode(new byte[Wire.MAX_VALUE_BYTES + 1]))
                .isInstanceOf(MalformedRecordException.class)
                .hasMessageContaining("over the limit");
        assertThatThrownBy(() -> decode(new byte[FRAME - 1]))
                .isInstanceOf(MalformedRecordException.class);

        assertThat(asked).isEmpty();
    }

    @Test
    void ofWhatTheRegistrySaysOnlySchemasThatWeKnowAreTaken() {
        var value = Wire.encode(Examples.updateChunk(), 7);

        assertThatThrownBy(
                        () -> Wire.decode(ByteBuffer.wrap(value), null, (id, origin) -> 42, ORIGIN))
                .isInstanceOf(MalformedRecordException.class)
                .hasMessageContaining("unknown schema fingerprint 000000000000002a");
        assertThat(Wire.knows(42)).isFalse();
        assertThat(Wire.types()).allMatch(type -> Wire.knows(fingerprint(type)));
    }

    @Test
    void schemasCanBeReadByThemselves() {
        for (var type : Wire.types()) {
            var text = Wire.schema(type).toString();
            assertThat(new Schema.Parser().parse(text)).isEqualTo(Wire.schema(type));
        }
    }

    private Record decode(byte[] value) throws MalformedRecordException {
        return Wire.decode(ByteBuffer.wrap(value), null, ids, ORIGIN);
    }

    private static int id(Record record) {
        return FIRST + Wire.types().indexOf(record.getClass());
    }

    private static long fingerprint(Class<? extends Record> type) {
        return SchemaNormalization.parsingFingerprint64(Wire.schema(type));
    }
}
