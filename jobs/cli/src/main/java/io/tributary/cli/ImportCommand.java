package io.tributary.cli;

import io.tributary.silo.export.HuggingFaceImport;
import io.tributary.silo.model.Architecture;
import io.tributary.silo.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tributary import}: what {@code export} has written, the other way. */
@Command(
        name = "import",
        description = "Publishes a GPT-2 shaped model in a Hugging Face folder as version 0.",
        mixinStandardHelpOptions = true)
final class ImportCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;
    @Mixin private FederationOptions federation;
    @Mixin private ModelOption model;
    @Mixin private ChunkOption chunk;

    @Option(
            names = {"-i", "--input"},
            paramLabel = "DIR",
            required = true,
            description =
                    "Folder with config.json and model.safetensors, in one file or several, as F32,"
                            + " F16 or BF16.")
    private Path input;

    @Option(
            names = "--tokenizer",
            paramLabel = "FILE",
            description = "tokenizer.json of the model (default: the one in the folder).")
    private @Nullable Path tokenizer;

    @Option(
            names = "--exact-gelu",
            description =
                    "Take a model that was trained with gelu_new, as GPT-2 was, for one with gelu,"
                            + " which it approximates.")
    private boolean exactGelu;

    @Override
    public Integer call() throws Exception {
        var name = model.name();
        var imported =
                InputException.reading(
                        () -> HuggingFaceImport.read(input, chunk.elements(), exactGelu));
        var architecture = imported.architecture();
        try (var opened = InputException.reading(() -> openTokenizer(architecture))) {
            int known = architecture.vocabularySize();
            if (opened.vocabularySize() > known) {
                throw new IllegalArgumentException(
                        "the tokenizer has %s tokens, the model in %s only %s; name its own with --tokenizer"
                                .formatted(opened.vocabularySize(), input, known));
            }
            NewModel.of(name, architecture, opened.id(), imported.parameters())
                    .publish(federation, spec.commandLine().getOut());
        }
        return ExitCode.OK;
    }

    private Tokenizer openTokenizer(Architecture architecture) throws IOException {
        return tokenizer == null
                ? HuggingFaceImport.tokenizer(input, architecture)
                : Tokenizer.open(tokenizer);
    }
}
