package io.tributary.kafka.client;

import io.tributary.kafka.topics.FederationTopics;
import io.tributary.schemas.codec.Codec;

/**
 * A version that is given, not made: the first of a model line, or a seed that a branch or a roll
 * back continues from.
 *
 * @param model name of the model line
 * @param version 0, or the next number of the line
 * @param baseVersion version it was made from; -1 if none
 * @param architecture the model's configuration as JSON
 * @param tokenizer {@code bytes}, or the hex SHA-256 of a {@code tokenizer.json}
 * @param codec how parameters are stored
 * @param clock learning-rate clock to go on from, in local steps
 */
public record Genesis(
        String model,
        int version,
        int baseVersion,
        String architecture,
        String tokenizer,
        Codec codec,
        long clock) {

    /**
     * @throws IllegalArgumentException if the name of the model line is not one
     */
    public Genesis {
        FederationTopics.checkModel(model);
    }
}
