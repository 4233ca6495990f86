package io.tributary.aggregation.check;

import io.tributary.kafka.cluster.LogRange;
import io.tributary.kafka.cluster.TopicFacts;
import io.tributary.kafka.flink.CheckpointedPartitions;
import io.tributary.kafka.topics.FederationTopics;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.TopicPartition;

/** What a checkpoint goes on reading against the topics that exist. */
public final class RestoreChecks {

    private static final String CHECK = "checkpoint";

    /** The mark of a transaction's end is on the log, and never read. */
    private static final int MARK = 1;

    private static final String OR_FROM_THE_LOG =
            "or start from the log alone, without the checkpoint";

    private RestoreChecks() {}

    /**
     * @param found the federation's topics that there are, by name
     * @param ranges what there is on the log of the partitions that the checkpoint reads and that
     *     exist
     */
    public static List<Finding> of(
            FederationTopics topics,
            CheckpointedPartitions checkpoint,
            Map<String, TopicFacts> found,
            Map<TopicPartition, LogRange> ranges) {
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
        positions(checkpoint, ranges, findings);
        return findings.isEmpty()
                ? List.of(
                        Finding.ok(
                                CHECK,
                                "reads %s partitions of %s topics, and all are there"
                                        .formatted(partitions, read.size())))
                : findings;
    }

    private static void positions(
            CheckpointedPartitions checkpoint,
            Map<TopicPartition, LogRange> ranges,
            List<Finding> findings) {
        var gone = new TreeMap<String, Long>();
        var anew = new TreeSet<String>();
        checkpoint
                .positions()
                .forEach(
                        (partition, position) -> {
                            var range = ranges.get(partition);
                            if (range != null && position > range.end()) {
                                anew.add(partition.topic());
                            } else if (range != null && position < range.begin() - MARK) {
                                gone.merge(partition.topic(), range.begin() - position, Long::sum);
                            }
                        });
        gone.forEach(
                (topic, offsets) ->
                        findings.add(
                                Finding.warning(
                                        CHECK,
                                        "%s offsets of topic %s that the checkpoint has not read are beyond its retention: what was in them is in no version"
                                                .formatted(offsets, topic),
                                        "start from the log alone, without the checkpoint")));
        anew.forEach(
                topic ->
                        findings.add(
                                Finding.warning(
                                        CHECK,
                                        "topic %s was created anew: the checkpoint goes on behind its end, and the job begins with its first record only if it comes before as much has been written again"
                                                .formatted(topic),
                                        "restore before anybody writes there, %s"
                                                .formatted(OR_FROM_THE_LOG))));
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
            return CreateCommand.ofShared(topics, name);
        }
        return name.equals(topics.updates(silo.get()))
                ? CreateCommand.of(
                        topics,
                        topics.federation(),
                        " --silo %s --chunk-partitions %s".formatted(silo.get(), partitions - 1))
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
