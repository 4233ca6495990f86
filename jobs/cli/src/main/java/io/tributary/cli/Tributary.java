package io.tributary.cli;

import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.LinkedHashMap;
import java.util.Set;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The {@code tributary} command. */
@Command(
        name = "tributary",
        description = "Pre-trains language models across organisations on Kafka and Flink.",
        versionProvider = BuildVersion.class,
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            DemoCommand.class,
            PaceCommand.class,
            TopicsCommand.class,
            InitCommand.class,
            ImportCommand.class,
            JobCommand.class,
            SiloCommand.class,
            StatusCommand.class,
            TrackCommand.class,
            DashboardCommand.class,
            DoctorCommand.class,
            TransactionsCommand.class,
            ControlCommands.class,
            ExportCommand.class,
            EvaluateCommand.class,
            GenerateCommand.class,
            ReplayCommand.class,
            AggregateCommand.class,
            SizingCommand.class,
            CompletionCommand.class,
            CommandLine.HelpCommand.class
        },
        exitCodeListHeading = "%nExit codes:%n",
        footerHeading = "%nBegin with:%n",
        footer = {
            "  ./tributary demo            four silos pre-train one model on this machine",
            "  ./tributary pace --quick    rounds that wait for a slow silo, and rounds that do not",
            "  ./tributary bench kernels   what aggregation costs on this machine"
        })
public final class Tributary {

    /** Set by the launcher: where this process logs to. */
    static final String LOG = "tributary.log";

    /** Ends that the caller can do something about, and that are no fault of the program. */
    private static final Set<Integer> EXPLAINED =
            Set.of(ExitCode.USAGE, ExitCode.NOT_FOUND, ExitCode.REFUSED, ExitCode.UNANSWERED);

    private Tributary() {}

    public static void main(String[] args) {
        System.exit(execute(args));
    }

    private static int execute(String... args) {
        var out = new PrintWriter(System.out, true, Charset.defaultCharset());
        var err = new PrintWriter(System.err, true, Charset.defaultCharset());
        try {
            return commandLine().setOut(out).setErr(err).execute(args);
        } catch (Error e) { // picocli takes exceptions only; a missing native library is an error
            return fail(e, "tributary", err);
        } finally {
            out.flush();
        }
    }

    static CommandLine commandLine() {
        var line = new CommandLine(new Tributary());
        var codes = new LinkedHashMap<String, String>();
        ExitCode.meanings().forEach((code, meaning) -> codes.put(String.valueOf(code), meaning));
        line.getCommandSpec().usageMessage().exitCodeList(codes);
        return line.setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(true)
                .setParameterExceptionHandler((failure, arguments) -> explain(failure))
                .setExecutionExceptionHandler(
                        (failure, command, parsed) ->
                                fail(failure, command.getCommandName(), command.getErr()));
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
        return ExitCode.USAGE;
    }

    private static int fail(Throwable failure, String command, PrintWriter err) {
        var sentence = ErrorSentence.of(failure);
        boolean explained = EXPLAINED.contains(sentence.exitCode());
        LoggerFactory.getLogger(Tributary.class)
                .atLevel(explained ? Level.DEBUG : Level.ERROR)
                .log("{} failed", command, failure);
        var log = System.getProperty(LOG);
        boolean more = sentence.exitCode() == ExitCode.FAILURE && log != null;
        err.println("tributary: " + sentence.text() + (more ? " (more in " + log + ")" : ""));
        return sentence.exitCode();
    }
}
