package io.tributary.aggregation.check;

import io.tributary.kafka.cluster.TopicFacts;
import io.tributary.kafka.flink.CheckpointedPartitions;
import io.tributary.kafka.topics.FederationTopics;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** What a checkpoint goes on reading against the topics that exist. */
public final class RestoreChecks {

    private static final String CHECK = "checkpoint";
    private static final String OR_FROM_THE_LOG =
            "or start from the log alone, without the checkpoint";

    private RestoreChecks() {}

    /**
     * @param found the federation's topics that there are, by name
     */
    public static List<Finding> of(
            FederationTopics topics,
            CheckpointedPartitions checkpoint,
            Map<String, TopicFacts> found) {
        var read = checkpoint.topics();
        if (read.isEmpty()) {
            return List.of(
                    Finding.problem(
                            CHECK,
                            "the checkpoint has no Kafka sources: it is not one of this job",
                            "name one of the aggregation job, " + OR_FROM_THE_LOG));
        }
        var strange = read.keySet().stream().filter(name -> !topics.isOwn(name)).toList();
        if (!strange.isEmpty()) {
            return List.of(
                    Finding.problem(
                            CHECK,
                            "the checkpoint reads %s: it is of another federation than %s"
                                    .formatted(String.join(", ", strange), topics.federation()),
                            "name one of this federation, " + OR_FROM_THE_LOG));
        }
        var findings = new ArrayList<Finding>();
        int partitions = 0;
        for (var topic : read.values()) {
            partitions += topic.partitions().size();
            var there = found.get(topic.name());
            int needed = Collections.max(topic.partitions()) + 1;
            if (there == null) {
                findings.add(missing(topics, topic.name(), needed));
            } else if (there.partitions() < needed) {
                findings.add(tooFew(there, needed));
            }
        }
        return findings.isEmpty()
                ? List.of(
                        Finding.ok(
                                CHECK,
                                "reads %s partitions of %s topics, and all are there"
                                        .formatted(partitions, read.size())))
                : findings;
    }

    private static Finding missing(FederationTopics topics, String name, int partitions) {
        return Finding.problem(
                CHECK,
                "the checkpoint goes on reading topic %s, which does not exist (any more): the job would wait for it and fail, again and again"
                        .formatted(name),
                "create an empty topic of that name with '%s' and restore then, %s"
                        .formatted(create(topics, name, partitions), OR_FROM_THE_LOG));
    }

    private static String create(FederationTopics topics, String name, int partitions) {
        var silo = topics.siloOf(name);
        if (silo.isEmpty()) {
            return "tributary topics create";
        }
        return name.equals(topics.updates(silo.get()))
                ? "tributary topics create --silo %s --chunk-partitions %s"
                        .formatted(silo.get(), partitions - 1)
                : "kafka-topics --create --topic %s --partitions %s".formatted(name, partitions);
    }

    private static Finding tooFew(TopicFacts topic, int needed) {
        return Finding.problem(
                CHECK,
                "the checkpoint reads %s partitions of topic %s, which has %s"
                        .formatted(needed, topic.name(), topic.partitions()),
                "add the rest with kafka-topics --alter --topic %s --partitions %s and restore then, %s"
                        .formatted(topic.name(), needed, OR_FROM_THE_LOG));
    }
}
