package io.tributary.tests.bench;

import io.tributary.kafka.KafkaConnection;
import io.tributary.kafka.topics.FederationTopics;
import io.tributary.schemas.codec.Codec;
import java.util.List;

/**
 * What all processes of {@code bench silo} are told.
 *
 * @param bootstrapServers where the broker is
 * @param parameters of the model
 * @param codec of updates
 * @param publish codec of versions
 */
record SiloSetting(String bootstrapServers, int parameters, Codec codec, Codec publish) {

    /** Who uploads with a plain producer. */
    static final String RAW = "raw";

    /** Who uploads as a silo does. */
    static final String SILO = "silo";

    List<String> arguments() {
        return List.of(
                bootstrapServers,
                String.valueOf(parameters),
                codec.lowerCaseName(),
                publish.lowerCaseName());
    }

    static SiloSetting parse(List<String> arguments) {
        return new SiloSetting(
                arguments.get(0),
                Integer.parseInt(arguments.get(1)),
                Codec.parse(arguments.get(2)),
                Codec.parse(arguments.get(3)));
    }

    KafkaConnection connection() {
        return KafkaConnection.plainText(bootstrapServers);
    }

    FederationTopics topics() {
        return new FederationTopics("bench");
    }

    SiloModel model() {
        return new SiloModel(parameters);
    }

    /** Of the model as the silo computes with it. */
    long modelBytes() {
        return (long) parameters * Float.BYTES;
    }

    long updateBytes() {
        return (long) parameters * codec.encodedBytes(1);
    }

    long versionBytes() {
        return (long) parameters * publish.encodedBytes(1);
    }
}
