package io.tributary.cli;

import io.tributary.kafka.client.IncompleteVersionException;
import io.tributary.silo.text.Tokenizer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which version of which model, and how to get it. */
final class VersionOptions {

    @Mixin private FederationOptions federation;
    @Mixin private ModelOption model;
    @Mixin HelpOption help;

    @Option(
            names = {"-v", "--version"},
            paramLabel = "N",
            description = "Version number (default: the newest that can be read whole).")
    private @Nullable Integer version;

    @Option(
            names = "--tokenizer",
            paramLabel = "FILE",
            description = "tokenizer.json the model was trained with (default: bytes).")
    private @Nullable Path tokenizer;

    /**
     * Opens the tokenizer.
     *
     * @throws InputException if its file cannot be used
     */
    Tokenizer openTokenizer() {
        return InputException.reading(() -> Tokenizer.open(tokenizer));
    }

    /**
     * Downloads the version.
     *
     * @throws IllegalArgumentException if it was made for another tokenizer
     * @throws NotFoundException if there is no such version
     */
    PublishedModel download(Tokenizer tokenizer)
            throws IncompleteVersionException, InterruptedException {
        return new PublishedModels(federation.reached(), federation.topics(), model.name())
                .read(version, tokenizer);
    }
}
