package io.tributary.tests.attack;

import io.tributary.operators.rule.AggregationRule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tributary bench attacks}. */
@Command(
        name = "attacks",
        description = {
            "Trains a small model under every attack, rule by rule, and prints what accuracy is"
                    + " missing, as Markdown.",
            "A figure is in points, against the plain mean of the honest silos alone: the mean over"
                    + " seeds, for the worst number of silos and of faulty ones."
        },
        mixinStandardHelpOptions = true)
public final class AttacksCommand implements Callable<Integer> {

    private static final Pattern PLAIN = Pattern.compile("[-\\w./,=]+");

    @Spec private CommandSpec spec;

    @Option(
            names = "--rule",
            paramLabel = "SPEC",
            description =
                    "Only this rule, F for the number of faulty silos; may be repeated (default: a"
                            + " table of them).")
    private List<String> rules = AttackMatrix.RULES;

    @Option(
            names = "--attack",
            paramLabel = "SPEC",
            description = "Only this attack; may be repeated (default: a table of them).")
    private List<String> attacks = AttackMatrix.ATTACKS;

    @Option(
            names = "--silos",
            paramLabel = "N",
            split = ",",
            defaultValue = "11,16",
            description = "Silos, the faulty ones included (default: ${DEFAULT-VALUE}).")
    private List<Integer> silos = List.of();

    @Option(
            names = "--faulty",
            paramLabel = "F",
            split = ",",
            defaultValue = "1,2,3",
            description = "Faulty silos (default: ${DEFAULT-VALUE}).")
    private List<Integer> faulty = List.of();

    @Option(
            names = "--seeds",
            paramLabel = "COUNT",
            defaultValue = "3",
            description = "Runs in the mean (default: ${DEFAULT-VALUE}).")
    private int seeds;

    @Option(
            names = "--rounds",
            paramLabel = "COUNT",
            defaultValue = "40",
            description = "Rounds of a run (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--report",
            paramLabel = "FILE.md",
            description = "Also write a table for each number of silos and of faulty ones.")
    private @Nullable Path report;

    @Override
    public Integer call() {
        var known = new ArrayList<String>();
        for (var rule : rules) {
            try {
                AggregationRule.parse(rule.replace("F", "1"));
                known.add(rule);
            } catch (IllegalArgumentException e) {
                spec.commandLine().getErr().println("left out: " + e.getMessage());
            }
        }
        var matrix = new AttackMatrix(known, attacks, silos, faulty, seeds, rounds);
        var out = spec.commandLine().getOut();
        out.print(matrix.summary());
        out.flush();
        if (report != null) {
            write(matrix.everyCombination(commandLine()), report);
        }
        return 0;
    }

    private static void write(String page, Path file) {
        try {
            var parent = file.toAbsolutePath().getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            Files.writeString(file, page);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the report to %s".formatted(file), e);
        }
    }

    /** As a shell takes it. */
    private String commandLine() {
        return spec.root().commandLine().getParseResult().originalArgs().stream()
                .map(word -> PLAIN.matcher(word).matches() ? word : "'" + word + "'")
                .collect(Collectors.joining(" ", "./tributary bench ", ""));
    }
}
