package io.tributary.cli;

import io.tributary.aggregation.JobConfiguration;
import io.tributary.aggregation.JobOptions;
import io.tributary.aggregation.JobSettings;
import io.tributary.aggregation.StartChecks;
import io.tributary.aggregation.check.ClusterChecks;
import io.tributary.aggregation.check.Finding;
import io.tributary.cli.doctor.FindingJson;
import io.tributary.cli.doctor.FindingText;
import io.tributary.cli.doctor.MachineChecks;
import io.tributary.cli.doctor.TransactionChecks;
import io.tributary.kafka.client.BrokerClock;
import io.tributary.kafka.cluster.ClusterReader;
import io.tributary.kafka.transactions.TransactionAdmin;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.apache.flink.configuration.Configuration;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tributary doctor}. */
@Command(
        name = "doctor",
        description = {
            "Checks this machine, the cluster, the federation's topics and the job's settings"
                    + " against each other, and says what to change.",
            "Without --config, the job's default settings are checked. To compare clocks, an empty"
                    + " record is written to the control topic in a transaction that is aborted."
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:all is well",
            "1:there is a problem",
            "2:the command line cannot be right",
            "3:the Kafka cluster cannot be reached, or does not answer what it is asked",
            "5:there are warnings, and no problem"
        })
final class DoctorCommand implements Callable<Integer> {

    private static final Duration TIMEOUT = Duration.ofSeconds(15);

    @Spec private CommandSpec spec;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "YAML file with the job's options, as for 'tributary job run'.")
    private @Nullable Path config;

    @Option(
            names = "-D",
            paramLabel = "KEY=VALUE",
            mapFallbackValue = "true",
            description = "Sets an option of the job; wins over the file. Repeatable.")
    private Map<String, String> overrides = Map.of();

    @Option(
            names = {"-b", "--bootstrap-servers"},
            paramLabel = "HOST:PORT",
            description =
                    "Kafka brokers (default: those of the file, or TRIBUTARY_BOOTSTRAP_SERVERS).")
    private @Nullable String bootstrapServers;

    @Option(
            names = {"-f", "--federation"},
            paramLabel = "NAME",
            description = "Federation (default: the one of the file, or TRIBUTARY_FEDERATION).")
    private @Nullable String federation;

    @Option(
            names = "--kafka-config",
            paramLabel = "FILE",
            description = "Properties file with security.*, sasl.* and ssl.* client settings.")
    private @Nullable Path kafkaConfig;

    @Option(
            names = "--checkpoint",
            paramLabel = "PATH",
            description =
                    "Checkpoint or savepoint whose topics are looked for: what a restore would need.")
    private @Nullable String checkpoint;

    @Option(names = "--no-clock", description = "Do not compare clocks; nothing is written.")
    private boolean noClock;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        var restorePath = checkpoint == null ? null : CheckpointPath.of("--checkpoint", checkpoint);
        var options = options();
        var findings = new ArrayList<Finding>();
        findings.add(
                MachineChecks.java(
                        Runtime.version().feature(),
                        Runtime.version().toString(),
                        System.getProperty("java.vendor", "an unknown vendor")));
        findings.add(MachineChecks.libraries());
        var settings = settings(options, findings);
        try {
            ReachableCluster.check(settings.connection());
            cluster(settings, restorePath, findings);
        } catch (UnreachableClusterException | KafkaException e) {
            findings.add(
                    Finding.problem(
                            "cluster",
                            ErrorSentence.of(e).text(),
                            "nothing else could be checked; see 'tributary doctor --help'"));
            print(findings);
            return ExitCode.CLUSTER;
        }
        print(findings);
        return switch (Finding.worst(findings)) {
            case OK -> ExitCode.OK;
            case WARNING -> ExitCode.WARNINGS;
            case PROBLEM -> ExitCode.FAILURE;
        };
    }

    private void cluster(
            JobSettings settings, @Nullable String restorePath, List<Finding> findings) {
        boolean control;
        try (var reader = new ClusterReader(settings.connection(), TIMEOUT)) {
            var found = reader.topics(settings::uses);
            control = found.containsKey(settings.topics().control());
            findings.addAll(StartChecks.run(settings, restorePath, reader, found));
        }
        if (control && !noClock) { // without the topic, half a minute would be waited for it
            findings.add(
                    orWhyNot(
                            "clock",
                            "leave it out with --no-clock",
                            () -> ClusterChecks.clock(settings.times(), difference(settings))));
        }
        findings.add(
                orWhyNot(
                        "open transactions",
                        "see that the topics exist, and that the caller may read them",
                        () -> transactions(settings)));
    }

    private static BrokerClock.Difference difference(JobSettings settings) {
        return new BrokerClock(settings.connection(), settings.topics(), Clock.systemUTC(), TIMEOUT)
                .difference();
    }

    private static Finding transactions(JobSettings settings) {
        try (var admin = new TransactionAdmin(settings.connection(), settings.topics(), TIMEOUT)) {
            var open = admin.open();
            return TransactionChecks.of(open, Clock.systemUTC().instant());
        }
    }

    /** What cannot be checked is a warning: it may be that only this caller may not. */
    private static Finding orWhyNot(String check, String remedy, Supplier<Finding> finding) {
        try {
            return finding.get();
        } catch (KafkaException e) {
            return Finding.warning(
                    check, "could not be checked: " + ErrorSentence.of(e).text(), remedy);
        }
    }

    /**
     * The job's settings, or, if they cannot be right, its default ones for the same federation.
     *
     * @throws IllegalArgumentException if it is not known which federation, and where
     */
    private static JobSettings settings(Configuration options, List<Finding> findings) {
        try {
            return JobSettings.read(options);
        } catch (IllegalArgumentException e) {
            var place = place(options);
            var defaults = JobSettings.read(place);
            findings.add(
                    Finding.problem(
                            "configuration",
                            e.getMessage(),
                            "change it; what follows is about the default settings"));
            return defaults;
        }
    }

    private static Configuration place(Configuration options) {
        var place = new Configuration(options);
        for (var key : options.keySet()) {
            if (!key.equals(JobOptions.BOOTSTRAP_SERVERS.key())
                    && !key.startsWith(JobOptions.KAFKA_SECURITY.key())
                    && !key.equals(JobOptions.FEDERATION.key())
                    && !key.equals(JobOptions.RELAY_PARENT.key()) // a region has other topics
                    && !key.equals(JobOptions.MODEL.key())) {
                place.removeKey(key);
            }
        }
        return place;
    }

    private Configuration options() {
        var pairs = new ArrayList<String>();
        overrides.forEach((key, value) -> pairs.add(key + "=" + value));
        put(pairs, JobOptions.BOOTSTRAP_SERVERS.key(), bootstrapServers);
        put(pairs, JobOptions.FEDERATION.key(), federation);
        if (kafkaConfig != null) {
            FederationOptions.security(kafkaConfig)
                    .forEach(
                            (key, value) ->
                                    put(pairs, JobOptions.KAFKA_SECURITY.key() + "." + key, value));
        }
        var options = JobConfiguration.read(config, pairs);
        fill(options, JobOptions.BOOTSTRAP_SERVERS.key(), "TRIBUTARY_BOOTSTRAP_SERVERS");
        fill(options, JobOptions.FEDERATION.key(), "TRIBUTARY_FEDERATION");
        return options;
    }

    private static void put(List<String> pairs, String key, @Nullable String value) {
        if (value != null) {
            pairs.add(key + "=" + value);
        }
    }

    private static void fill(Configuration options, String key, String variable) {
        var value = System.getenv(variable);
        if (value != null && !options.containsKey(key)) {
            options.setString(key, value);
        }
    }

    private void print(List<Finding> findings) {
        var out = spec.commandLine().getOut();
        if (json) {
            out.println(FindingJson.of(findings).toPrettyString());
        } else {
            out.print(FindingText.of(findings));
            out.flush();
        }
    }
}
