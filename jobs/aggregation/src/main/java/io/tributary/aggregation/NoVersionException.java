package io.tributary.aggregation;

import io.tributary.kafka.topics.FederationTopics;

/** There is no model to aggregate into yet. */
public final class NoVersionException extends Exception {

    private static final long serialVersionUID = 1;

    NoVersionException(FederationTopics topics, String model) {
        super(
                "federation %s has no version of model %s that can be read whole; publish version 0"
                                .formatted(topics.federation(), model)
                        + " with 'tributary init' first");
    }
}
