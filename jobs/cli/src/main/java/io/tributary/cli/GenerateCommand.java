package io.tributary.cli;

import io.tributary.silo.train.TextGenerator;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tributary generate}. */
@Command(name = "generate", description = "Continues a text with a version of the model.")
final class GenerateCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;
    @Mixin private VersionOptions version;

    @Option(
            names = {"-p", "--prompt"},
            paramLabel = "TEXT",
            defaultValue = "",
            description = "Text to continue (default: begin a document).")
    private String prompt;

    @Option(
            names = {"-n", "--tokens"},
            paramLabel = "N",
            defaultValue = "200",
            description = "Tokens to generate, at the most (default: ${DEFAULT-VALUE}).")
    private int tokens;

    @Option(
            names = "--temperature",
            paramLabel = "X",
            defaultValue = "0.8",
            description = "Divides the logits; 0 takes the likeliest (default: ${DEFAULT-VALUE}).")
    private double temperature;

    @Option(
            names = "--top-k",
            paramLabel = "N",
            defaultValue = "40",
            description = "Draw among so many likeliest; 0 for all (default: ${DEFAULT-VALUE}).")
    private int topK;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "0",
            description = "Seed of the draws (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Override
    public Integer call() throws Exception {
        Require.atLeast(1, "--tokens", tokens);
        Require.atLeast(0, "--temperature", temperature);
        Require.atLeast(0, "--top-k", topK);
        try (var tokenizer = version.openTokenizer()) {
            var sampling = new TextGenerator.Sampling(temperature, topK, seed);
            var model = version.download(tokenizer);
            var generator = new TextGenerator(model.architecture(), model.parameters(), tokenizer);
            spec.commandLine()
                    .getOut()
                    .println(prompt + generator.generate(prompt, tokens, sampling));
        }
        return ExitCode.OK;
    }
}
