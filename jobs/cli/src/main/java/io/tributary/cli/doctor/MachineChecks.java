package io.tributary.cli.doctor;

import io.tributary.aggregation.check.Finding;
import org.apache.flink.runtime.util.EnvironmentInformation;
import org.apache.kafka.common.utils.AppInfoParser;

/** This process's own ground. */
public final class MachineChecks {

    /** The newest Java that the build is run with. */
    private static final int NEWEST = 25;

    private static final int OLDEST = 17;

    private MachineChecks() {}

    /**
     * @param feature the first number of Java's version
     * @param version all of it
     */
    public static Finding java(int feature, String version, String vendor) {
        var fact = "Java %s of %s".formatted(version, vendor);
        if (feature < OLDEST) {
            return Finding.problem(
                    "java", fact + " is too old", "install a JDK %s or newer".formatted(OLDEST));
        }
        return feature <= NEWEST
                ? Finding.ok("java", fact)
                : Finding.warning(
                        "java",
                        "%s is newer than what Tributary is built with, %s to %s"
                                .formatted(fact, OLDEST, NEWEST),
                        "if something fails, try a JDK %s".formatted(NEWEST));
    }

    public static Finding libraries() {
        return Finding.ok(
                "libraries",
                "Flink %s, Kafka clients %s"
                        .formatted(
                                EnvironmentInformation.getVersion(), AppInfoParser.getVersion()));
    }
}
