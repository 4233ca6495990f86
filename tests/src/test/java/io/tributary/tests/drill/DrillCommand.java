package io.tributary.tests.drill;

import io.tributary.operators.attack.Attack;
import io.tributary.tests.process.OrderlyEnd;
import io.tributary.tests.process.StalledException;
import io.tributary.tests.process.WorkFolder;
import io.tributary.tests.watch.WatchCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The {@code tributary drill} command, which the launcher runs from the test classes. */
@Command(
        name = "tributary drill",
        description = {
            "Runs a federation of separate processes, breaks them one after another, and checks"
                    + " from the topics alone that nothing was lost, doubled or mixed up.",
            "The same seed gives the same faults at the same moments of the same rounds."
        },
        mixinStandardHelpOptions = true,
        subcommands = {BurstCommand.class, WatchCommand.class},
        versionProvider = DrillCommand.Version.class,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:every promise was kept",
            "1:one was not, or the drill itself failed",
            "2:the command line cannot be right; nothing was started"
        })
public final class DrillCommand implements Callable<Integer> {

    static final int FAILURE = 1;
    static final int USAGE = 2;

    @Spec private CommandSpec spec;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "50",
            description = "Versions to make (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--faults",
            paramLabel = "N",
            defaultValue = "30",
            description = {
                "Faults to inject, each in a round of its own; with at least 13 there is one of",
                "every kind (default: ${DEFAULT-VALUE})."
            })
    private int faults;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Root of everything random (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--rule",
            paramLabel = "SPEC",
            defaultValue = "fednova",
            description = "Aggregation rule (default: ${DEFAULT-VALUE}).")
    private String rule;

    @Option(
            names = "--optimizer",
            paramLabel = "SPEC",
            defaultValue = "nesterov(lr=0.7, momentum=0.9)",
            description = "Server optimizer (default: ${DEFAULT-VALUE}).")
    private String optimizer;

    @Option(
            names = "--silos",
            paramLabel = "N",
            defaultValue = "6",
            description = {
                "Silos, 4 to 16; all but two are a quorum, which a rule may need larger",
                "(default: ${DEFAULT-VALUE})."
            })
    private int silos;

    @Option(
            names = "--only",
            paramLabel = "KIND",
            split = ",",
            description = "Only these faults: ${DRILL-KINDS}.")
    private List<String> only = List.of();

    @Option(
            names = "--attack",
            paramLabel = "SPEC",
            defaultValue = "",
            description = "What the last silo sends instead of its update, e.g. sign-flip.")
    private String attack;

    @Option(
            names = "--output",
            paramLabel = "DIR",
            description = "Keep logs of all processes and their data here.")
    private @Nullable Path output;

    @Option(names = "--report", paramLabel = "FILE", description = "Write a JSON report.")
    private @Nullable Path report;

    public static void main(String[] args) {
        var out = new PrintWriter(System.out, true, Charset.defaultCharset());
        var err = new PrintWriter(System.err, true, Charset.defaultCharset());
        System.exit(commandLine().setOut(out).setErr(err).execute(args));
    }

    static CommandLine commandLine() {
        var kinds = Arrays.stream(FaultKind.values()).map(FaultKind::option).toList();
        System.setProperty("DRILL-KINDS", String.join(", ", kinds));
        return new CommandLine(new DrillCommand())
                .setUsageHelpAutoWidth(true)
                .setParameterExceptionHandler((failure, arguments) -> explain(failure))
                .setExecutionExceptionHandler(
                        (failure, command, parsed) -> {
                            command.getErr().println("tributary: " + failure.getMessage());
                            return FAILURE;
                        });
    }

    private static int explain(ParameterException failure) {
        var message = failure.getMessage().lines().findFirst().orElse("wrong command line");
        failure.getCommandLine()
                .getErr()
                .printf(
                        "tributary: %s; see '%s --help'%n",
                        Character.toLowerCase(message.charAt(0)) + message.substring(1),
                        failure.getCommandLine().getCommandSpec().qualifiedName());
        return USAGE;
    }

    @Override
    public Integer call() throws Exception {
        var options = options();
        return OrderlyEnd.of(() -> run(options));
    }

    private int run(DrillOptions options) throws IOException {
        var out = spec.commandLine().getOut();
        try (var folder = WorkFolder.open("drill", output)) {
            try {
                var result = new Drill(options, folder.work(), folder.logs(), out::println).run();
                out.println();
                DrillLines.of(result).forEach(out::println);
                if (report != null) {
                    DrillReport.write(result, report);
                    out.println("Report: " + report);
                }
                if (result.violations().isEmpty()) {
                    return 0;
                }
            } catch (StalledException | RuntimeException e) {
                if (Thread.currentThread().isInterrupted()) {
                    return FAILURE;
                }
                out.println("The drill has failed: " + e.getMessage());
            }
            folder.keep();
            out.println("Logs of all processes: " + folder.logs());
            return FAILURE;
        }
    }

    private DrillOptions options() {
        try {
            var kinds =
                    only.isEmpty()
                            ? List.of(FaultKind.values())
                            : only.stream().map(FaultKind::parse).distinct().toList();
            var options =
                    new DrillOptions(rounds, faults, kinds, seed, rule, optimizer, silos, attack);
            var unusedSchedule = options.schedule();
            var unusedSettings = DrillFederation.settings(options, "localhost:1");
            if (!attack.isEmpty()) {
                var unusedAttack = Attack.parse(attack);
            }
            return options;
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()));
        }
    }

    /** Drills are never released: what counts is the source they were built from. */
    static final class Version implements CommandLine.IVersionProvider {

        @Override
        public String[] getVersion() {
            return new String[] {"tributary drill, of this source tree"};
        }
    }
}
