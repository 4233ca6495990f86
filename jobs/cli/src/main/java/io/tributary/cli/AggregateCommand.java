package io.tributary.cli;

import io.tributary.cli.aggregate.Answers;
import io.tributary.cli.aggregate.Requests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tributary aggregate}. */
@Command(
        name = "aggregate",
        description = {
            "Applies an aggregation rule, or a step of a server optimizer, to vectors in a JSON file"
                    + " - without Kafka, Flink or a model.",
            "A file with an array of requests gives an array of answers; one that cannot be answered"
                    + " is {\"error\": \"...\"} and does not end the command."
        },
        footerHeading = "%nExample:%n",
        footer = {
            "  echo '{\"vectors\": [[1, 2], [4, 5], [7, 80]]}' |",
            "      ./tributary aggregate --rule 'trimmed-mean(f=1)' --input -"
        },
        mixinStandardHelpOptions = true)
final class AggregateCommand implements Callable<Integer> {

    private static final Path STANDARD = Path.of("-");

    @Spec private CommandSpec spec;

    @Option(
            names = "--rule",
            paramLabel = "SPEC",
            description = {
                "Rule, or steps before a rule, for requests that have none of their own:",
                "mean, fednova, median, trimmed-mean(f=2), fednova | median, ..."
            })
    private @Nullable String rule;

    @Option(
            names = "--optimizer",
            paramLabel = "SPEC",
            description = {
                "Server optimizer for requests that have none of their own:",
                "sgd(lr=1), nesterov(lr=0.7, momentum=0.9), ..."
            })
    private @Nullable String optimizer;

    @Option(
            names = {"-i", "--input"},
            paramLabel = "FILE",
            required = true,
            description = "JSON to read; - for standard input.")
    private Path input;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            defaultValue = "-",
            description = "JSON to write; - for standard output (default: ${DEFAULT-VALUE}).")
    private Path output;

    @Override
    public Integer call() throws Exception {
        if (rule != null && optimizer != null) {
            throw new IllegalArgumentException("--rule and --optimizer do not go together");
        }
        write(answers());
        return ExitCode.OK;
    }

    private Answers answers() throws IOException {
        var requests = new Requests(rule, optimizer, AggregateCommand::explain);
        if (input.equals(STANDARD)) {
            return requests.answer(System.in);
        }
        if (Files.isDirectory(input)) {
            throw new IllegalArgumentException("%s is a folder, not a JSON file".formatted(input));
        }
        try (var document = Files.newInputStream(input)) {
            return requests.answer(document);
        }
    }

    private void write(Answers answers) throws IOException {
        if (output.equals(STANDARD)) {
            answers.write(spec.commandLine().getOut());
            return;
        }
        var parent = output.toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        try (var target = Files.newBufferedWriter(output)) {
            answers.write(target);
        }
    }

    private static String explain(RuntimeException failure) {
        var sentence = ErrorSentence.of(failure);
        if (sentence.exitCode() != ExitCode.USAGE) {
            LoggerFactory.getLogger(AggregateCommand.class).error("a request failed", failure);
        }
        return sentence.text();
    }
}
