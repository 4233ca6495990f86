package io.tributary.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tributary.silo.Evaluation;
import io.tributary.silo.text.SiloText;
import io.tributary.silo.train.ModelEvaluator;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tributary evaluate}. */
@Command(
        name = "evaluate",
        description = "Measures a version on the held-out documents of a folder of text.")
final class EvaluateCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;
    @Mixin private VersionOptions version;

    @Option(
            names = {"-d", "--data"},
            paramLabel = "DIR",
            required = true,
            description = "Folder of text, as for 'tributary silo run'.")
    private Path data;

    @Option(
            names = "--held-out",
            paramLabel = "SHARE",
            defaultValue = "0.1",
            description = "Share of the documents to evaluate on (default: ${DEFAULT-VALUE}).")
    private double heldOut;

    @Option(
            names = "--evaluation-tokens",
            paramLabel = "N",
            defaultValue = "65536",
            description = "Tokens to predict, at the most (default: ${DEFAULT-VALUE}).")
    private int tokens;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        Require.share("--held-out", heldOut);
        Require.atLeast(1, "--evaluation-tokens", tokens);
        try (var tokenizer = version.openTokenizer()) {
            var text = InputException.reading(() -> SiloText.read(data, tokenizer, heldOut));
            var model = version.download(tokenizer);
            var architecture = model.architecture();
            var windows = text.heldOutWindows(architecture.contextLength(), tokens);
            var evaluation = new ModelEvaluator(architecture, model.parameters()).evaluate(windows);
            print(model, evaluation);
        }
        return ExitCode.OK;
    }

    private void print(PublishedModel model, Evaluation evaluation) throws Exception {
        var out = spec.commandLine().getOut();
        if (json) {
            var mapper = new ObjectMapper();
            var node = mapper.createObjectNode();
            node.put("model", model.version().model());
            node.put("version", model.version().version());
            node.put("loss", evaluation.loss());
            node.put("perplexity", evaluation.perplexity());
            node.put("bitsPerByte", evaluation.bitsPerByte());
            node.put("tokens", evaluation.tokens());
            node.put("bytes", evaluation.bytes());
            out.println(mapper.writeValueAsString(node));
        } else {
            out.printf(
                    "version %s of %s: loss %.4f, perplexity %.3f, %.3f bits per byte (%,d tokens)%n",
                    model.version().version(),
                    model.version().model(),
                    evaluation.loss(),
                    evaluation.perplexity(),
                    evaluation.bitsPerByte(),
                    evaluation.tokens());
        }
    }
}
