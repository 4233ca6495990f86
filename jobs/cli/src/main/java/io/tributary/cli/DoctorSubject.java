package io.tributary.cli;

import io.tributary.cli.doctor.PortChecks;
import io.tributary.cli.doctor.Role;
import io.tributary.kafka.client.SiloTimes;
import io.tributary.kafka.topics.FederationTopics;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** For whom {@code doctor} looks, and at what besides what every start of the job looks at. */
final class DoctorSubject {

    @Option(
            names = "--as",
            paramLabel = "ROLE",
            description =
                    "Also checks the rights of the caller for a role: job, silo, operator or monitor."
                            + " A silo is checked for what a silo needs alone.")
    private @Nullable Role role;

    @Option(
            names = {"-s", "--silo"},
            paramLabel = "ID",
            description = "The silo, with --as silo and --bandwidth.")
    private @Nullable String silo;

    @Option(
            names = "--bandwidth",
            description =
                    "Measures how fast the silo can upload: at most 32 MiB in some 5 s, in a"
                            + " transaction that is aborted.")
    private boolean bandwidth;

    @Option(
            names = "--transaction-timeout",
            paramLabel = "DURATION",
            defaultValue = "10 min",
            converter = DurationOption.class,
            description =
                    "That of the silo, as for 'tributary silo run' (default: ${DEFAULT-VALUE}).")
    private Duration transactionTimeout;

    @Option(
            names = {"-p", "--parameters"},
            paramLabel = "N",
            converter = ParameterCount.class,
            description =
                    "Size of the model, such as 1.3B (default: that of the newest version on the"
                            + " log).")
    private @Nullable Long parameters;

    @Option(
            names = "--port",
            paramLabel = "N",
            description = "Port on this machine that something is to listen on; repeatable.")
    private List<Integer> ports = List.of();

    /**
     * Finds what is wrong with the options, before an address is waited for.
     *
     * @throws IllegalArgumentException naming the option
     */
    void check() {
        ports.forEach(PortChecks::check);
        if ((role == Role.SILO || bandwidth) && silo == null) {
            throw new IllegalArgumentException(
                    "%s needs --silo ID"
                            .formatted(role == Role.SILO ? "--as silo" : "--bandwidth"));
        }
        if (silo != null) {
            FederationTopics.checkSilo(silo);
        }
        if (transactionTimeout.isZero() || transactionTimeout.isNegative()) {
            throw new IllegalArgumentException("--transaction-timeout must be above 0");
        }
        if (parameters != null) {
            Require.atLeast(1, "--parameters", parameters);
        }
    }

    @Nullable Role role() {
        return role;
    }

    /** The silo's id; empty if none was named. */
    String silo() {
        return silo == null ? "" : silo;
    }

    boolean measuresBandwidth() {
        return bandwidth;
    }

    SiloTimes siloTimes() {
        return new SiloTimes(SiloTimes.DEFAULT.heartbeat(), transactionTimeout);
    }

    @Nullable Long parameters() {
        return parameters;
    }

    List<Integer> ports() {
        return ports;
    }
}
