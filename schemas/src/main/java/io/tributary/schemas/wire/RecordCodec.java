package io.tributary.schemas.wire;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.io.EncoderFactory;

/**
 * The body of one record type: its fields in the binary encoding of its Avro schema.
 *
 * <p>Components and fields are matched by name when the codec is made; from then on a record type
 * and its schema cannot disagree. Thread-safe.
 */
final class RecordCodec<T extends Record> {

    private final Class<T> type;
    private final Schema schema;
    private final long fingerprint;
    private final ValueCodec values;

    /**
     * @throws IllegalArgumentException naming the component, if type and schema disagree
     */
    RecordCodec(Class<T> type, Schema schema) {
        this.type = type;
        this.schema = schema;
        this.fingerprint = SchemaNormalization.parsingFingerprint64(schema);
        this.values = ValueCodec.of(type, schema, type.getSimpleName());
    }

    Class<T> type() {
        return type;
    }

    Schema schema() {
        return schema;
    }

    long fingerprint() {
        return fingerprint;
    }

    /** Exact size of the body, found without copying payloads. */
    long encodedBytes(T value) {
        var counter = new ByteSink();
        write(value, counter);
        return counter.count();
    }

    /** Writes the body into {@code target} from {@code offset} on. */
    void write(T value, byte[] target, int offset) {
        write(value, new ByteSink(target, offset));
    }

    private void write(T value, ByteSink sink) {
        try {
            values.write(value, EncoderFactory.get().directBinaryEncoder(sink, null));
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory cannot fail", e);
        }
    }

    /** A reader of bodies that were written with {@code writer}, a version of this schema. */
    BodyReader<T> reader(Schema writer) {
        return new BodyReader<>(type, writer, schema, values);
    }
}
