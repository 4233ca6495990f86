package io.tributary.kafka.registry;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * Under which subject of a registry a schema is kept: within one, each schema has to be compatible
 * with those before it. Named by topic alone, as is usual, the records of a topic would all have to
 * be versions of one schema; a topic here carries up to five types of record.
 */
public enum SubjectNaming {
    /** By record type: federations that share a registry share the subjects. */
    RECORD("record"),

    /** By topic and record type: each federation, and each silo, has its own. */
    TOPIC_RECORD("topic-record");

    private final String text;

    SubjectNaming(String text) {
        this.text = text;
    }

    /**
     * Reads a name as it is written in a configuration.
     *
     * @throws IllegalArgumentException if there is no such naming
     */
    public static SubjectNaming parse(String text) {
        return Arrays.stream(values())
                .filter(naming -> naming.text.equals(text))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "subjects must be named by %s, got '%s'"
                                                .formatted(
                                                        Arrays.stream(values())
                                                                .map(naming -> naming.text)
                                                                .collect(
                                                                        Collectors.joining(" or ")),
                                                        text)));
    }

    /**
     * @param record full name of the Avro record
     */
    String subject(String topic, String record) {
        return this == RECORD ? record : topic + "-" + record;
    }

    @Override
    public String toString() {
        return text;
    }
}
