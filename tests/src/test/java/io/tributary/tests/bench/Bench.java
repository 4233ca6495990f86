package io.tributary.tests.bench;

import io.tributary.tests.attack.AttacksCommand;
import io.tributary.tests.bench.peers.PeersCommand;
import io.tributary.tests.bench.pipeline.EnduranceCommand;
import io.tributary.tests.bench.pipeline.PipelineCommand;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The {@code tributary bench} command, which the launcher runs from the test classes. */
@Command(
        name = "tributary bench",
        description = "Measures Tributary on this machine.",
        mixinStandardHelpOptions = true,
        versionProvider = Bench.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            KernelsCommand.class,
            PipelineCommand.class,
            EnduranceCommand.class,
            PeersCommand.class,
            SiloCommand.class,
            AttacksCommand.class
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:measured",
            "1:a case failed",
            "2:the command line cannot be right; nothing was measured"
        })
public final class Bench {

    static final int FAILURE = 1;
    static final int USAGE = 2;

    private Bench() {}

    public static void main(String[] args) {
        var out = new PrintWriter(System.out, true, Charset.defaultCharset());
        var err = new PrintWriter(System.err, true, Charset.defaultCharset());
        System.exit(commandLine().setOut(out).setErr(err).execute(args));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Bench())
                .setUsageHelpAutoWidth(true)
                .setParameterExceptionHandler((failure, arguments) -> explain(failure))
                .setExecutionExceptionHandler(
                        (failure, command, parsed) -> {
                            command.getErr().println("tributary: " + failure.getMessage());
                            return FAILURE;
                        });
    }

    /** What is wrong with the command line, and where to read what would be right. */
    private static int explain(ParameterException failure) {
        var command = failure.getCommandLine();
        var name = command.getCommandSpec().qualifiedName();
        var message = failure.getMessage().lines().findFirst().orElse("wrong command line");
        if (!command.getSubcommands().isEmpty()) {
            message =
                    failure instanceof UnmatchedArgumentException unknown
                            ? "there is no '%s %s'".formatted(name, unknown.getUnmatched().get(0))
                            : "'%s' needs a command behind it".formatted(name);
        }
        command.getErr()
                .printf(
                        "tributary: %s; see '%s --help'%n",
                        Character.toLowerCase(message.charAt(0)) + message.substring(1), name);
        return USAGE;
    }

    /** Benchmarks are never released: what counts is the source they were built from. */
    static final class Version implements CommandLine.IVersionProvider {

        @Override
        public String[] getVersion() {
            return new String[] {"tributary bench, of this source tree"};
        }
    }
}
