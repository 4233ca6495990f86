package io.tributary.kafka.registry;

import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * The schema registry cannot be reached, refuses the caller, or refuses a schema. Says nothing
 * about the record at hand: whoever meets it has to come back to that record later.
 */
public final class SchemaRegistryException extends KafkaException {

    private static final long serialVersionUID = 1;

    SchemaRegistryException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
