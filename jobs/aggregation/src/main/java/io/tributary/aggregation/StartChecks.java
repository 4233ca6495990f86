package io.tributary.aggregation;

import io.tributary.aggregation.check.CheckFailedException;
import io.tributary.aggregation.check.ClusterChecks;
import io.tributary.aggregation.check.Finding;
import io.tributary.aggregation.check.RegistryChecks;
import io.tributary.aggregation.check.RestoreChecks;
import io.tributary.aggregation.check.SiloNameChecks;
import io.tributary.aggregation.check.TimeChecks;
import io.tributary.aggregation.check.TopicChecks;
import io.tributary.aggregation.check.VersionCodecChecks;
import io.tributary.kafka.client.SiloTimes;
import io.tributary.kafka.cluster.ClusterReader;
import io.tributary.kafka.cluster.TopicFacts;
import io.tributary.kafka.flink.CheckpointedPartitions;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is looked at before a job is started: its settings, the cluster, its checkpoint. */
public final class StartChecks {

    private static final Logger LOG = LoggerFactory.getLogger(StartChecks.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(15);

    private StartChecks() {}

    /**
     * All that is found, good and bad, by a job that is to start. Schemas that the schema registry
     * does not have are registered, if that is allowed.
     *
     * @param restorePath checkpoint or savepoint to start from; null for the log alone
     * @throws org.apache.kafka.common.KafkaException if the cluster cannot be asked
     */
    public static List<Finding> run(JobSettings settings, @Nullable String restorePath) {
        try (var reader = new ClusterReader(settings.connection(), TIMEOUT)) {
            var found = reader.topics(settings::uses);
            var registry = RegistryChecks.registering(settings.connection(), settings.writes());
            return run(settings, restorePath, reader, found, registry);
        }
    }

    /**
     * The same for somebody who only looks, and has asked for the topics already: changes nothing.
     *
     * @param found the topics that the job uses ({@link JobSettings#uses}) and that exist, by name
     * @throws org.apache.kafka.common.KafkaException if the cluster cannot be asked
     */
    public static List<Finding> look(
            JobSettings settings,
            @Nullable String restorePath,
            ClusterReader reader,
            Map<String, TopicFacts> found) {
        var registry = RegistryChecks.of(settings.connection(), settings.writes());
        return run(settings, restorePath, reader, found, registry);
    }

    private static List<Finding> run(
            JobSettings settings,
            @Nullable String restorePath,
            ClusterReader reader,
            Map<String, TopicFacts> found,
            List<Finding> registry) {
        var findings = new ArrayList<Finding>();
        var times = settings.times();
        findings.addAll(TimeChecks.of(times, SiloTimes.DEFAULT));
        findings.addAll(ClusterChecks.of(times, SiloTimes.DEFAULT, reader.cluster()));
        findings.addAll(TopicChecks.of(settings.topics(), times, found));
        findings.addAll(
                SiloNameChecks.of(settings.topics(), settings.plan().model(), found.keySet()));
        findings.addAll(registry);
        var relay = settings.relay();
        if (relay == null) {
            var plan = settings.plan();
            findings.addAll(VersionCodecChecks.of(plan.versionCodec(), plan.snapshotEvery()));
        } else {
            var silo = relay.plan().relay();
            findings.addAll(TopicChecks.inParent(relay.parent(), silo, times, found));
        }
        if (restorePath != null) {
            try {
                var checkpoint = CheckpointedPartitions.read(restorePath);
                var ranges = reader.ranges(checkpoint.partitionsOf(found));
                findings.addAll(RestoreChecks.of(settings.topics(), checkpoint, found, ranges));
            } catch (IOException e) {
                findings.add(unreadable(restorePath, e));
            }
        }
        return findings;
    }

    /** Flink reads it on the cluster, which may know file systems that this process does not. */
    private static Finding unreadable(String restorePath, IOException failure) {
        return Finding.warning(
                "checkpoint",
                "%s cannot be read here, so that its topics were not looked for: %s"
                        .formatted(restorePath, failure.getMessage()),
                "see that it is a checkpoint or savepoint");
    }

    /**
     * Logs warnings.
     *
     * @throws CheckFailedException if the job cannot work, saying why and what to change
     */
    static void require(JobSettings settings, @Nullable String restorePath) {
        var findings = run(settings, restorePath);
        Finding.of(Finding.Level.WARNING, findings)
                .forEach(finding -> LOG.warn("{}: {}", finding.check(), finding.sentence()));
        CheckFailedException.throwIfAny(findings);
    }
}
