package io.tributary.kafka.client;

import io.tributary.schemas.wire.MalformedRecordException;
import io.tributary.schemas.wire.Wire;
import java.nio.ByteBuffer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decodes what readers of trusted topics read; logs and passes over what is none of ours. */
final class Decoding {

    private static final Logger LOG = LoggerFactory.getLogger(Decoding.class);

    private Decoding() {}

    /**
     * @return null for a tombstone, a record of another type, or one that cannot be decoded
     */
    static <T extends Record> @Nullable T decode(
            ConsumerRecord<byte[], ByteBuffer> source, Class<T> type) {
        return decode(source, type, null);
    }

    /**
     * @param old a record of the type that nobody needs any more: see {@link
     *     Wire#decode(ByteBuffer, Record)}
     * @return as {@link #decode(ConsumerRecord, Class)}
     */
    static <T extends Record> @Nullable T decode(
            ConsumerRecord<byte[], ByteBuffer> source, Class<T> type, @Nullable T old) {
        if (source.value() == null) {
            return null;
        }
        try {
            var record = Wire.decode(source.value(), old);
            return type.isInstance(record) ? type.cast(record) : null;
        } catch (MalformedRecordException e) {
            LOG.warn(
                    "passing over {}-{} offset {}: {}",
                    source.topic(),
                    source.partition(),
                    source.offset(),
                    e.getMessage());
            return null;
        }
    }
}
