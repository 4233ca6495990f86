package io.tributary.cli.doctor;

import io.tributary.aggregation.check.Finding;
import java.util.Map;
import org.apache.flink.runtime.util.EnvironmentInformation;
import org.apache.kafka.common.utils.AppInfoParser;

/** What talks to what. */
public final class VersionChecks {

    private static final String METADATA_VERSION = "metadata.version";

    /** Levels of {@code metadata.version} that Kafka 4.2 finalizes: 4.2-IV0 and 4.2-IV1. */
    private static final int OLDEST = 28;

    private static final int NEWEST = 29;

    private VersionChecks() {}

    /** What this process has of Flink and Kafka. */
    public static Finding libraries() {
        return Finding.ok(
                "libraries",
                "Flink %s, Kafka clients %s"
                        .formatted(
                                EnvironmentInformation.getVersion(), AppInfoParser.getVersion()));
    }

    /**
     * A cluster does not tell its release, but what its brokers have agreed on.
     *
     * @param features the levels the cluster has agreed on
     */
    public static Finding cluster(Map<String, Integer> features) {
        var check = "cluster version";
        int level = features.getOrDefault(METADATA_VERSION, 0);
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
}
