package io.tributary.aggregation.check;

import io.tributary.kafka.topics.FederationTopics;

/** The command line that creates a topic, for a remedy. */
final class CreateCommand {

    private CreateCommand() {}

    /**
     * @param topics of the federation that is checked
     * @param federation the one whose topic it is: itself, or its parent
     * @param options further ones, each after a space
     */
    static String of(FederationTopics topics, String federation, String options) {
        boolean region = topics.isRegion() && federation.equals(topics.federation());
        return "tributary topics create%s --federation %s%s"
                .formatted(options, federation, region ? " --parent " + topics.parent() : "");
    }

    /** As {@link #of(FederationTopics, String, String)}, of a topic that all silos share. */
    static String ofShared(FederationTopics topics, String topic) {
        return of(topics, topic.substring(0, topic.indexOf('.')), "");
    }
}
