package io.tributary.aggregation.check;

import static org.apache.flink.util.TimeUtils.formatWithHighestUnit;

import io.tributary.aggregation.JobOptions;
import io.tributary.kafka.client.BrokerClock;
import io.tributary.kafka.client.SiloTimes;
import io.tributary.kafka.cluster.BrokerFacts;
import io.tributary.kafka.cluster.ClusterFacts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The job's times against what the brokers allow, and against their clock. */
public final class ClusterChecks {

    private static final String LONGEST = "transaction.max.timeout.ms";
    private static final String METADATA_VERSION = "metadata.version";
    private static final String TRANSACTION_VERSION = "transaction.version";

    /** Levels of {@code metadata.version} that Kafka 4.2 finalizes: 4.2-IV0 and 4.2-IV1. */
    private static final int OLDEST = 28;

    private static final int NEWEST = 29;

    /** From here on a broker takes no record outside of the transaction it belongs to. */
    private static final int WITHOUT_HANGING = 2;

    /** Clocks that are kept in step differ by less. */
    private static final Duration IN_STEP = Duration.ofSeconds(1);

    private ClusterChecks() {}

    public static List<Finding> of(JobTimes job, SiloTimes silo, ClusterFacts cluster) {
        var findings = new ArrayList<Finding>();
        findings.add(version(cluster));
        findings.add(brokers(cluster));
        findings.addAll(longestTransaction(job, silo, cluster));
        findings.add(transactionVersion(cluster));
        return findings;
    }

    /**
     * What matters to a silo. A broker need not tell it how it is configured.
     *
     * @param silo the silo's own times
     */
    public static List<Finding> ofSilo(SiloTimes silo, ClusterFacts cluster) {
        var findings = new ArrayList<Finding>();
        findings.add(version(cluster));
        findings.add(brokers(cluster));
        var told = cluster.maxTransactionTimeoutMillis();
        if (told.isPresent()) {
            findings.add(
                    siloTransaction(silo.uploadTimeout(), Duration.ofMillis(told.getAsLong())));
        }
        return findings;
    }

    private static Finding siloTransaction(Duration upload, Duration longest) {
        var check = "broker's longest transaction";
        var limit = "the broker's %s (%s)".formatted(LONGEST, formatWithHighestUnit(longest));
        return upload.compareTo(longest) <= 0
                ? Finding.ok(check, limit)
                : Finding.problem(
                        check,
                        "--transaction-timeout (%s) exceeds %s: the silo could not upload"
                                .formatted(formatWithHighestUnit(upload), limit),
                        "lower the first, or have the second raised on every broker");
    }

    /** A cluster does not tell its release, but what its brokers have agreed on. */
    private static Finding version(ClusterFacts cluster) {
        var check = "cluster version";
        int level = cluster.features().getOrDefault(METADATA_VERSION, 0);
        var fact = "%s is %s".formatted(METADATA_VERSION, level);
        return level >= OLDEST && level <= NEWEST
                ? Finding.ok(check, fact + ", Kafka 4.2")
                : Finding.warning(
                        check,
                        "%s; Tributary is tested with %s to %s, Kafka 4.2"
                                .formatted(fact, OLDEST, NEWEST),
                        level < OLDEST
                                ? "upgrade the brokers, and finish with kafka-features upgrade"
                                : "try whether it works, or use Kafka 4.2");
    }

    private static Finding brokers(ClusterFacts cluster) {
        var check = "brokers";
        var silent =
                cluster.brokers().stream()
                        .filter(broker -> !broker.reachable())
                        .map(ClusterChecks::named)
                        .toList();
        if (silent.isEmpty()) {
            return Finding.ok(
                    check,
                    cluster.brokers().stream()
                            .map(ClusterChecks::named)
                            .collect(Collectors.joining(", ", "all answer: ", "")));
        }
        // With copies elsewhere the job works; what it could not read or write has no leader.
        return new Finding(
                silent.size() < cluster.brokers().size()
                        ? Finding.Level.WARNING
                        : Finding.Level.PROBLEM,
                check,
                "%s of %s brokers do not answer from here: %s"
                        .formatted(
                                silent.size(), cluster.brokers().size(), String.join(", ", silent)),
                "see that they run, and that their advertised.listeners can be reached from here");
    }

    private static String named(BrokerFacts broker) {
        return "%s at %s".formatted(broker.id(), broker.address());
    }

    private static List<Finding> longestTransaction(
            JobTimes job, SiloTimes silo, ClusterFacts cluster) {
        var check = "broker's longest transaction";
        var told = cluster.maxTransactionTimeoutMillis();
        if (told.isEmpty()) {
            return List.of(
                    Finding.warning(
                            check,
                            "no broker tells its %s, which bounds %s"
                                    .formatted(LONGEST, JobOptions.TRANSACTION_TIMEOUT.key()),
                            "give the caller the right to describe the cluster's configuration"));
        }
        var longest = Duration.ofMillis(told.getAsLong());
        var limit = "the broker's %s (%s)".formatted(LONGEST, formatWithHighestUnit(longest));
        var findings = new ArrayList<Finding>();
        if (job.transactionTimeout().compareTo(longest) > 0) {
            findings.add(
                    Finding.problem(
                            check,
                            "%s exceeds %s: the job could not write"
                                    .formatted(
                                            TimeChecks.named(
                                                    JobOptions.TRANSACTION_TIMEOUT,
                                                    job.transactionTimeout()),
                                            limit),
                            "lower the first, or raise the second on every broker"));
        }
        if (silo.uploadTimeout().compareTo(longest) > 0) {
            findings.add(
                    Finding.warning(
                            check,
                            "a silo's upload may take %s, which exceeds %s: it could not upload"
                                    .formatted(formatWithHighestUnit(silo.uploadTimeout()), limit),
                            "raise the second on every broker"));
        }
        return findings.isEmpty() ? List.of(Finding.ok(check, limit)) : findings;
    }

    private static Finding transactionVersion(ClusterFacts cluster) {
        var check = "transaction version";
        int level = cluster.features().getOrDefault(TRANSACTION_VERSION, 0);
        if (level >= WITHOUT_HANGING) {
            return Finding.ok(check, "%s is %s".formatted(TRANSACTION_VERSION, level));
        }
        return Finding.warning(
                check,
                "%s is %s: a transaction can be left that nothing ends and that blocks readers for ever"
                        .formatted(TRANSACTION_VERSION, level),
                "raise it to %s with kafka-features upgrade; until then 'tributary transactions list' shows such"
                                .formatted(WITHOUT_HANGING)
                        + " transactions");
    }

    /**
     * The clock that stamps records against the one of this machine, whose timers end rounds: the
     * check is worth something where the job runs.
     */
    public static Finding clock(JobTimes job, BrokerClock.Difference difference) {
        var check = "clock";
        var ahead = difference.ahead();
        var fact =
                "the broker's clock is %s ms %s this machine's (measured to %s ms)"
                        .formatted(
                                ahead.abs().toMillis(),
                                ahead.isNegative() ? "behind" : "ahead of",
                                difference.uncertainty().toMillis());
        var certain = ahead.abs().minus(difference.uncertainty());
        var remedy = "keep both in step with NTP";
        if (certain.multipliedBy(2).compareTo(job.silence()) >= 0) {
            return Finding.problem(
                    check,
                    "%s, and %s: silos would count as silent, or not at all"
                            .formatted(fact, TimeChecks.named(JobOptions.SILENCE, job.silence())),
                    remedy);
        }
        return certain.compareTo(IN_STEP) > 0
                ? Finding.warning(check, fact + ": rounds end as much too early or late", remedy)
                : Finding.ok(check, fact);
    }
}
