package io.tributary.schemas.wire;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.ResolvingDecoder;
import org.jspecify.annotations.Nullable;

/**
 * Reads bodies that were written with one version of a schema into the current record type.
 * Thread-safe.
 */
final class BodyReader<T extends Record> {

    private final Class<T> type;
    private final Resolver resolver;

    /**
     * @param writer the schema the bodies were written with
     * @param reader the current schema of {@code type}
     * @param values reads {@code type} by {@code reader}
     * @throws IllegalArgumentException if Avro cannot resolve one schema to the other
     */
    BodyReader(Class<T> type, Schema writer, Schema reader, ValueCodec values) {
        var compatibility = SchemaCompatibility.checkReaderWriterCompatibility(reader, writer);
        if (compatibility.getType() != SchemaCompatibilityType.COMPATIBLE) {
            throw new IllegalArgumentException(
                    "%s cannot read what an older schema of it wrote: %s"
                            .formatted(
                                    type.getSimpleName(),
                                    compatibility.getResult().getIncompatibilities()));
        }
        this.type = type;
        this.resolver = new Resolver(writer, reader, values);
    }

    /**
     * Reads the body that is all that remains of a buffer.
     *
     * @param old a record nobody needs any more, whose arrays may be taken for the new one
     * @throws MalformedRecordException if there is anything else
     */
    T read(ByteBuffer body, @Nullable Record old) throws MalformedRecordException {
        var decoder = decoder(body);
        Object record;
        try {
            record = resolver.read(old, decoder);
        } catch (EOFException e) {
            throw malformed("it ends too early", e);
        } catch (IOException | RuntimeException e) {
            // Avro reports bad bytes by half a dozen unchecked exceptions.
            throw malformed(String.valueOf(e.getMessage()), e);
        }
        if (decoder.remainingBytes() > 0) {
            throw malformed(decoder.remainingBytes() + " bytes follow its last field", null);
        }
        return type.cast(record);
    }

    private static BinaryDecoder decoder(ByteBuffer body) {
        if (body.hasArray()) {
            int from = body.arrayOffset() + body.position();
            return DecoderFactory.get().binaryDecoder(body.array(), from, body.remaining(), null);
        }
        var copy = new byte[body.remaining()];
        body.duplicate().get(copy);
        return DecoderFactory.get().binaryDecoder(copy, null);
    }

    private MalformedRecordException malformed(String reason, @Nullable Throwable cause) {
        return new MalformedRecordException(
                "not a valid %s: %s".formatted(type.getSimpleName(), reason), cause);
    }

    /** Avro's schema resolution, with our values in place of its generic ones. */
    private static final class Resolver extends GenericDatumReader<Object> {

        private final ValueCodec values;

        Resolver(Schema writer, Schema reader, ValueCodec values) {
            // The fast reader is a default that a system property changes, and it would go
            // around the method below.
            super(writer, reader, new GenericData().setFastReaderEnabled(false));
            this.values = values;
        }

        @Override
        protected Object read(@Nullable Object old, Schema expected, ResolvingDecoder in)
                throws IOException {
            return values.read(old, in);
        }
    }
}
