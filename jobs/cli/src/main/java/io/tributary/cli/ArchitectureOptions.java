package io.tributary.cli;

import io.tributary.silo.model.Architecture;
import io.tributary.silo.model.ModelInitializer;
import io.tributary.silo.text.Tokenizer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The sizes of a new model. */
final class ArchitectureOptions {

    @Mixin private ChunkOption chunk;

    @Option(
            names = "--layers",
            paramLabel = "N",
            defaultValue = "4",
            description = "Transformer layers (default: ${DEFAULT-VALUE}).")
    private int layers;

    @Option(
            names = "--heads",
            paramLabel = "N",
            defaultValue = "4",
            description = "Attention heads; divides the width (default: ${DEFAULT-VALUE}).")
    private int heads;

    @Option(
            names = "--width",
            paramLabel = "N",
            defaultValue = "128",
            description = "Values per token (default: ${DEFAULT-VALUE}).")
    private int width;

    @Option(
            names = "--context",
            paramLabel = "N",
            defaultValue = "128",
            description = "Most tokens the model looks at (default: ${DEFAULT-VALUE}).")
    private int context;

    @Option(
            names = "--tokenizer",
            paramLabel = "FILE",
            description = "Hugging Face tokenizer.json (default: bytes).")
    private @Nullable Path tokenizer;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "0",
            description = "Seed of the initial parameters (default: ${DEFAULT-VALUE}).")
    private long seed;

    NewModel create(String model) {
        Require.atLeast(1, "--layers", layers);
        Require.atLeast(1, "--heads", heads);
        Require.atLeast(1, "--width", width);
        Require.atLeast(1, "--context", context);
        if (width % heads != 0) {
            throw new IllegalArgumentException(
                    "--width must be a multiple of --heads, got %s and %s".formatted(width, heads));
        }
        try (var opened = InputException.reading(() -> Tokenizer.open(tokenizer))) {
            var architecture =
                    new Architecture(opened.vocabularySize(), context, layers, heads, width);
            return create(model, architecture, opened.id(), chunk.elements(), seed);
        }
    }

    static NewModel create(
            String model,
            Architecture architecture,
            String tokenizer,
            int chunkElements,
            long seed) {
        var parameters = ModelInitializer.initialize(architecture, chunkElements, seed);
        return NewModel.of(model, architecture, tokenizer, parameters);
    }
}
