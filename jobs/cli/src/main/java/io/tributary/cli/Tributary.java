package io.tributary.cli;

import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The {@code tributary} command. */
@Command(
        name = "tributary",
        description = "Pre-trains language models across organisations on Kafka and Flink.",
        versionProvider = BuildVersion.class,
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            DemoCommand.class,
            TopicsCommand.class,
            InitCommand.class,
            JobCommand.class,
            SiloCommand.class,
            StatusCommand.class,
            ExportCommand.class,
            EvaluateCommand.class,
            GenerateCommand.class,
            CommandLine.HelpCommand.class
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:failed",
            "2:the command line or the configuration cannot be right; nothing was started",
            "3:the Kafka cluster cannot be reached, or refuses the caller",
            "4:what was asked for is not there: a federation, a model, a version",
            "130:interrupted"
        },
        footerHeading = "%nBegin with:%n",
        footer = {"  ./tributary demo      four silos pre-train one model on this machine"})
public final class Tributary {

    private Tributary() {}

    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Tributary())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(true)
                .setExecutionExceptionHandler(
                        (failure, command, parsed) -> {
                            LoggerFactory.getLogger(Tributary.class)
                                    .error("{} failed", command.getCommandName(), failure);
                            var sentence = ErrorSentence.of(failure);
                            command.getErr().println("tributary: " + sentence.text());
                            return sentence.exitCode();
                        });
    }
}
