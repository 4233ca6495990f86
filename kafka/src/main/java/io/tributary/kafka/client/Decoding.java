package io.tributary.kafka.client;

import io.tributary.schemas.wire.MalformedRecordException;
import io.tributary.schemas.wire.SchemaIds;
import io.tributary.schemas.wire.Wire;
import java.nio.ByteBuffer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decodes what readers of trusted topics read; logs and passes over what is none of ours.
 *
 * @param ids what the numbers of a schema registry mean
 */
record Decoding(SchemaIds ids) {

    private static final Logger LOG = LoggerFactory.getLogger(Decoding.class);

    /**
     * @param old a record of the type that nobody needs any more: see {@link
     *     Wire#decode(ByteBuffer, Record)}
     * @return null for a tombstone, a record of another type, or one that cannot be decoded
     * @throws io.tributary.kafka.registry.SchemaRegistryException if it cannot be found out now
     *     which
     */
    <T extends Record> @Nullable T decode(
            ConsumerRecord<byte[], ByteBuffer> source, Class<T> type, @Nullable T old) {
        if (source.value() == null) {
            return null;
        }
        try {
            var record = Wire.decode(source.value(), old, ids, source.topic());
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
