package io.tributary.cli;

import io.tributary.aggregation.check.Finding;
import io.tributary.cli.doctor.FindingJson;
import io.tributary.cli.doctor.FindingText;
import io.tributary.cli.doctor.MachineChecks;
import io.tributary.cli.doctor.PortChecks;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tributary doctor}. */
@Command(
        name = "doctor",
        description = {
            "Checks this machine, the cluster, the federation's topics, the job's settings and the"
                    + " caller's rights against each other, and says what to change.",
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
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./tributary doctor --config job.yaml --as job",
            "  ./tributary doctor -b broker:9092 -f news --kafka-config acme.properties"
                    + " --as silo --silo acme --bandwidth"
        })
final class DoctorCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;
    @Mixin private DoctorSettings settings;
    @Mixin private DoctorSubject subject;

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
        subject.check();
        var restorePath = checkpoint == null ? null : CheckpointPath.of("--checkpoint", checkpoint);
        var options = settings.options();
        var findings = new ArrayList<Finding>();
        findings.add(
                MachineChecks.java(
                        Runtime.version().feature(),
                        Runtime.version().toString(),
                        System.getProperty("java.vendor", "an unknown vendor")));
        findings.add(MachineChecks.libraries());
        findings.addAll(PortChecks.of(subject.ports()));
        var job = DoctorSettings.settings(options, findings);
        try {
            ReachableCluster.check(job.connection());
            new DoctorVisit(job, settings.given(), subject, findings).make(restorePath, !noClock);
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
