package io.tributary.schemas.wire;

import java.io.Serializable;

/**
 * The numbers that a schema registry has given to schemas: what a value in the registry's frame
 * begins with, where one in our own begins with a fingerprint.
 */
@FunctionalInterface
public interface SchemaIds extends Serializable {

    /** There is no registry: a number means nothing. */
    SchemaIds NONE =
            (id, origin) -> {
                throw new MalformedRecordException(
                        "a value in the frame of a schema registry (schema id %s), where no registry is set; set one, or write without"
                                .formatted(id));
            };

    /**
     * The schema behind a number.
     *
     * @param id as in the frame
     * @param origin whose value it is, a silo or a topic: who asks for very many numbers that mean
     *     nothing is not asked for any more
     * @return the CRC-64-AVRO fingerprint of the schema's parsing canonical form
     * @throws MalformedRecordException if the number is none that the origin's values may have
     * @throws RuntimeException if it cannot be found out now: that is no fault of the value
     */
    long fingerprint(int id, String origin) throws MalformedRecordException;
}
