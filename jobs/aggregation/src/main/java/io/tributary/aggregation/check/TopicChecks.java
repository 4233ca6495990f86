package io.tributary.aggregation.check;

import static org.apache.flink.util.TimeUtils.formatWithHighestUnit;

import io.tributary.aggregation.JobOptions;
import io.tributary.kafka.cluster.TopicFacts;
import io.tributary.kafka.topics.FederationTopics;
import io.tributary.kafka.topics.TopicCatalogue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.TopicConfig;
import org.jspecify.annotations.Nullable;

/**
 * The federation's topics as they are against what the job relies on, and what they keep against
 * how long the job may need it. What the cluster does not tell the caller is not compared.
 */
public final class TopicChecks {

    private final FederationTopics topics;
    private final JobTimes job;
    private final Map<String, TopicFacts> found;
    private final boolean configTold;
    private final List<Finding> findings = new ArrayList<>();

    private TopicChecks(
            FederationTopics topics,
            JobTimes job,
            Map<String, TopicFacts> found,
            boolean configTold) {
        this.topics = topics;
        this.job = job;
        this.found = found;
        this.configTold = configTold;
    }

    /**
     * @param found the topics that there are, by name
     */
    public static List<Finding> of(
            FederationTopics topics, JobTimes job, Map<String, TopicFacts> found) {
        var checks = new TopicChecks(topics, job, found, true);
        checks.shared();
        checks.silos();
        checks.copies();
        return checks.findings;
    }

    /**
     * What a relay relies on in its parent, besides the versions that all of its region read.
     *
     * @param silo the relay's id in the parent
     * @param found the topics that there are, by name
     */
    public static List<Finding> inParent(
            FederationTopics parent, String silo, JobTimes job, Map<String, TopicFacts> found) {
        var checks = new TopicChecks(parent, job, found, true);
        checks.shared(parent.rounds(), true, TopicConfig.CLEANUP_POLICY_DELETE);
        checks.relayed(silo);
        return checks.findings;
    }

    /**
     * What a silo relies on: the topics that it reads, and its own. How they are configured it need
     * not be told.
     *
     * @param found the topics that the silo can see, by name
     */
    public static List<Finding> ofSilo(
            FederationTopics topics, String silo, JobTimes job, Map<String, TopicFacts> found) {
        var checks = new TopicChecks(topics, job, found, false);
        checks.shared(topics.rounds(), true, TopicConfig.CLEANUP_POLICY_DELETE);
        checks.versions();
        checks.relayed(silo);
        return checks.findings;
    }

    private void relayed(String silo) {
        var name = topics.updates(silo);
        var topic = found.get(name);
        if (topic == null) {
            missing(name, CreateCommand.of(topics, topics.federation(), " --silo " + silo));
            return;
        }
        int before = findings.size();
        updates(topic);
        fine(topic, before);
    }

    private void shared() {
        shared(topics.rounds(), true, TopicConfig.CLEANUP_POLICY_DELETE);
        versions();
        shared(topics.control(), true, TopicConfig.CLEANUP_POLICY_DELETE);
        shared(topics.rejected(), true, TopicConfig.CLEANUP_POLICY_DELETE);
    }

    private void versions() {
        shared(topics.models(), false, TopicConfig.CLEANUP_POLICY_DELETE);
        shared(topics.versions(), true, TopicConfig.CLEANUP_POLICY_COMPACT);
        shared(topics.genesis(), false, TopicConfig.CLEANUP_POLICY_DELETE);
    }

    private void shared(String name, boolean ordered, String policy) {
        var topic = found.get(name);
        if (topic == null) {
            missing(name, CreateCommand.ofShared(topics, name));
            return;
        }
        int before = findings.size();
        if (ordered && topic.partitions() != 1) {
            findings.add(
                    Finding.problem(
                            of(name),
                            "%s has %s partitions: its records have no order"
                                    .formatted(name, topic.partitions()),
                            "create it anew with 1 partition"));
        }
        policy(topic, policy);
        common(topic);
        retention(topic);
        fine(topic, before);
    }

    private void missing(String name, String command) {
        findings.add(
                Finding.problem(
                        of(name),
                        name + " does not exist, or the caller may not see it",
                        "create it with '%s'".formatted(command)));
    }

    private void fine(TopicFacts topic, int before) {
        if (findings.size() == before) {
            findings.add(Finding.ok(of(topic.name()), shape(topic)));
        }
    }

    private void silos() {
        var updates = found.values().stream().filter(topic -> isUpdates(topic)).toList();
        if (updates.isEmpty()) {
            findings.add(
                    Finding.warning(
                            "silos' topics",
                            "no silo has a topic",
                            "create one with '%s'"
                                    .formatted(
                                            CreateCommand.of(
                                                    topics, topics.federation(), " --silo ID"))));
            return;
        }
        int before = findings.size();
        updates.forEach(this::updates);
        if (findings.size() == before) {
            findings.add(
                    Finding.ok(
                            "silos' topics",
                            updates.stream()
                                    .map(topic -> topic.name() + ": " + shape(topic))
                                    .collect(Collectors.joining("; "))));
        }
    }

    private void updates(TopicFacts topic) {
        if (topic.partitions() < 2) {
            findings.add(
                    Finding.problem(
                            of(topic.name()),
                            "%s has %s partition: one is for presence, and none is left for chunks"
                                    .formatted(topic.name(), topic.partitions()),
                            "add some with kafka-topics --alter --topic %s --partitions 5"
                                    .formatted(topic.name())));
        }
        policy(topic, TopicConfig.CLEANUP_POLICY_DELETE);
        common(topic);
        compression(topic);
        retention(topic);
    }

    private boolean isUpdates(TopicFacts topic) {
        return topics.siloOf(topic.name()).isPresent();
    }

    private void policy(TopicFacts topic, String expected) {
        var policy = topic.config().get(TopicConfig.CLEANUP_POLICY_CONFIG);
        if (policy != null && !policy.equals(expected)) {
            findings.add(
                    Finding.problem(
                            of(topic.name()),
                            "%s has %s=%s, expected %s: records that are needed would vanish"
                                    .formatted(
                                            topic.name(),
                                            TopicConfig.CLEANUP_POLICY_CONFIG,
                                            policy,
                                            expected),
                            alter(topic, TopicConfig.CLEANUP_POLICY_CONFIG, expected)));
        }
    }

    private void common(TopicFacts topic) {
        if (!topic.leaderless().isEmpty()) {
            findings.add(
                    Finding.problem(
                            of(topic.name()),
                            "nobody leads partitions %s of %s: they can be neither read nor written"
                                    .formatted(topic.leaderless(), topic.name()),
                            "bring their brokers back"));
        }
        if (topic.config().isEmpty() && configTold) {
            findings.add(
                    Finding.warning(
                            of(topic.name()),
                            "the cluster does not tell how %s is configured"
                                    .formatted(topic.name()),
                            "give the caller the right to describe its configuration"));
        }
        var stamp = topic.config().get(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG);
        if (stamp != null && !stamp.equals("LogAppendTime")) {
            findings.add(
                    Finding.problem(
                            of(topic.name()),
                            "%s has %s=%s: rounds would go by the clocks of the silos"
                                    .formatted(
                                            topic.name(),
                                            TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG,
                                            stamp),
                            alter(
                                    topic,
                                    TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG,
                                    "LogAppendTime")));
        }
        var largest = number(topic, TopicConfig.MAX_MESSAGE_BYTES_CONFIG);
        if (largest.isPresent() && largest.getAsLong() < TopicCatalogue.MAX_MESSAGE_BYTES) {
            findings.add(
                    Finding.problem(
                            of(topic.name()),
                            "%s has %s=%s: a full chunk does not fit"
                                    .formatted(
                                            topic.name(),
                                            TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                                            largest.getAsLong()),
                            alter(
                                    topic,
                                    TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                                    String.valueOf(TopicCatalogue.MAX_MESSAGE_BYTES))));
        }
    }

    private void compression(TopicFacts topic) {
        var type = topic.config().get(TopicConfig.COMPRESSION_TYPE_CONFIG);
        if (type != null && !type.equals("uncompressed")) {
            findings.add(
                    Finding.warning(
                            of(topic.name()),
                            "%s has %s=%s: a small batch of a silo can become large in its readers"
                                    .formatted(
                                            topic.name(),
                                            TopicConfig.COMPRESSION_TYPE_CONFIG,
                                            type),
                            alter(topic, TopicConfig.COMPRESSION_TYPE_CONFIG, "uncompressed")));
        }
    }

    private void retention(TopicFacts topic) {
        var name = topic.name();
        if (name.equals(topics.genesis())) {
            genesisRetention(topic);
        } else if (name.equals(topics.models())) {
            roundRetention(topic, "a silo that is late could not read the version it trains from");
            snapshotRetention(topic);
        } else if (name.equals(topics.rounds())) {
            roundRetention(topic, "a round's plan would be gone before its end");
        } else if (isUpdates(topic)) {
            roundRetention(topic, "a restarted job could not read the updates of its round again");
        }
    }

    private void roundRetention(TopicFacts topic, String consequence) {
        var kept = kept(topic);
        if (kept != null) {
            var deadline = TimeChecks.named(JobOptions.DEADLINE, job.deadline());
            if (kept.compareTo(job.roundAndRestart()) <= 0) {
                findings.add(
                        Finding.problem(
                                of(topic.name()),
                                "%s keeps records for %s, no longer than %s and a restart of %s: %s"
                                        .formatted(
                                                topic.name(),
                                                formatWithHighestUnit(kept),
                                                deadline,
                                                formatWithHighestUnit(JobTimes.RESTART),
                                                consequence),
                                keepLonger(topic, job.roundAndRestart().multipliedBy(2))));
            } else if (kept.compareTo(job.roundAndRestart().plus(job.deadline())) <= 0) {
                findings.add(
                        Finding.warning(
                                of(topic.name()),
                                "%s keeps records for %s, not twice %s: of a round that is extended, %s"
                                        .formatted(
                                                topic.name(),
                                                formatWithHighestUnit(kept),
                                                deadline,
                                                consequence),
                                keepLonger(topic, job.roundAndRestart().multipliedBy(4))));
            }
        }
        var size = number(topic, TopicConfig.RETENTION_BYTES_CONFIG);
        if (size.isPresent() && size.getAsLong() >= 0) {
            findings.add(
                    Finding.warning(
                            of(topic.name()),
                            "%s keeps no more than %s bytes of a partition, however new: %s"
                                    .formatted(topic.name(), size.getAsLong(), consequence),
                            alter(topic, TopicConfig.RETENTION_BYTES_CONFIG, "-1")));
        }
    }

    private void snapshotRetention(TopicFacts topic) {
        var kept = kept(topic);
        var needed = job.deadline().multipliedBy(job.snapshotEvery() + 1L).plus(JobTimes.RESTART);
        if (kept != null && job.snapshotEvery() > 1 && kept.compareTo(needed) <= 0) {
            findings.add(
                    Finding.warning(
                            of(topic.name()),
                            "%s keeps records for %s, and between two snapshots may be %s rounds of %s: a start without"
                                            .formatted(
                                                    topic.name(),
                                                    formatWithHighestUnit(kept),
                                                    job.snapshotEvery(),
                                                    formatWithHighestUnit(job.deadline()))
                                    + " state may not find the last snapshot",
                            "lower %s (%s), or %s"
                                    .formatted(
                                            JobOptions.SNAPSHOT_EVERY.key(),
                                            job.snapshotEvery(),
                                            keepLonger(topic, needed.multipliedBy(2)))));
        }
    }

    private void genesisRetention(TopicFacts topic) {
        var kept = kept(topic);
        if (kept != null) {
            findings.add(
                    Finding.warning(
                            of(topic.name()),
                            "%s keeps records for %s: version 0 will vanish"
                                    .formatted(topic.name(), formatWithHighestUnit(kept)),
                            alter(topic, TopicConfig.RETENTION_MS_CONFIG, "-1")));
        }
    }

    /** Copies of all topics together: they are a decision about the cluster, not about a topic. */
    private void copies() {
        about(
                topic -> inSync(topic) > topic.replicationFactor(),
                names ->
                        Finding.problem(
                                "copies",
                                "min.insync.replicas exceeds the number of copies of %s: nothing can be written"
                                        .formatted(names),
                                "lower it, or add copies"));
        about(
                topic -> topic.replicationFactor() == 1,
                names ->
                        Finding.warning(
                                "copies",
                                "there is one copy of %s: with its disk, accepted updates are lost"
                                        .formatted(names),
                                "with three brokers or more, have three copies"));
        about(
                topic -> topic.replicationFactor() > 1 && inSync(topic) == 1,
                names ->
                        Finding.warning(
                                "copies",
                                "min.insync.replicas is 1 for %s: a record counts as written when one broker has it"
                                        .formatted(names),
                                "set it to the number of copies minus one"));
        about(
                topic ->
                        topic.replicationFactor() > 1 && inSync(topic) == topic.replicationFactor(),
                names ->
                        Finding.warning(
                                "copies",
                                "min.insync.replicas is the number of copies of %s: when one broker is away, nothing"
                                                .formatted(names)
                                        + " can be written",
                                "set it to the number of copies minus one"));
    }

    /** What tells the bad news of several topics. */
    private interface Telling {
        Finding of(String names);
    }

    private void about(Predicate<TopicFacts> is, Telling telling) {
        var names = found.values().stream().filter(is).map(TopicFacts::name).toList();
        if (!names.isEmpty()) {
            findings.add(
                    telling.of(
                            names.size() == found.size()
                                    ? "every topic"
                                    : String.join(", ", names)));
        }
    }

    /** 0 if it is not known: then nothing follows from it. */
    private static long inSync(TopicFacts topic) {
        return number(topic, TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG).orElse(0);
    }

    /** Null if for ever, or if it is not known. */
    private static @Nullable Duration kept(TopicFacts topic) {
        var millis = number(topic, TopicConfig.RETENTION_MS_CONFIG);
        return millis.isPresent() && millis.getAsLong() >= 0
                ? Duration.ofMillis(millis.getAsLong())
                : null;
    }

    private static OptionalLong number(TopicFacts topic, String key) {
        var value = topic.config().get(key);
        return value == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(value));
    }

    private static String of(String name) {
        return "topic " + name;
    }

    private static String shape(TopicFacts topic) {
        var policy = topic.config().get(TopicConfig.CLEANUP_POLICY_CONFIG);
        var kept = TopicConfig.CLEANUP_POLICY_DELETE.equals(policy) ? kept(topic) : null;
        return "%s, %s%s"
                .formatted(
                        count(topic.partitions(), "partition", "partitions"),
                        count(topic.replicationFactor(), "copy", "copies"),
                        kept == null ? "" : ", kept " + formatWithHighestUnit(kept));
    }

    private static String count(int n, String one, String many) {
        return "%s %s".formatted(n, n == 1 ? one : many);
    }

    private static String keepLonger(TopicFacts topic, Duration retention) {
        return alter(topic, TopicConfig.RETENTION_MS_CONFIG, String.valueOf(retention.toMillis()));
    }

    private static String alter(TopicFacts topic, String key, String value) {
        return "change it with kafka-configs --alter --topic %s --add-config %s=%s"
                .formatted(topic.name(), key, value);
    }
}
