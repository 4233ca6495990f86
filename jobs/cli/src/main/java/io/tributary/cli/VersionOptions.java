package io.tributary.cli;

import io.tributary.kafka.KafkaConnection;
import io.tributary.kafka.client.CompleteVersions;
import io.tributary.kafka.client.FederationFollower;
import io.tributary.kafka.client.IncompleteVersionException;
import io.tributary.kafka.client.ModelReplica;
import io.tributary.schemas.model.ModelVersion;
import io.tributary.silo.text.ByteTokenizer;
import io.tributary.silo.text.Tokenizer;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which version of which model, and how to get it. */
final class VersionOptions {

    private static final Duration TIMEOUT = Duration.ofMinutes(2);

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
        var connection = federation.reached();
        var manifest = version == null ? newest(connection) : manifest(connection, version);
        checkTokenizer(manifest, tokenizer);
        try (var replica = ModelReplica.open(connection, federation.topics(), model.name())) {
            replica.download(manifest, TIMEOUT);
            return new PublishedModel(manifest, replica.parameters());
        }
    }

    private static void checkTokenizer(ModelVersion version, Tokenizer tokenizer) {
        if (version.tokenizer().equals(tokenizer.id())) {
            return;
        }
        throw new IllegalArgumentException(
                version.tokenizer().equals(ByteTokenizer.ID)
                        ? "version %s of %s was made for bytes; leave --tokenizer out"
                                .formatted(version.version(), version.model())
                        : "version %s of %s was made for the tokenizer.json with SHA-256 %s, not for %s; name it with --tokenizer"
                                .formatted(
                                        version.version(),
                                        version.model(),
                                        version.tokenizer(),
                                        tokenizer.id()));
    }

    private ModelVersion newest(KafkaConnection connection) {
        return new CompleteVersions(connection, federation.topics(), TIMEOUT)
                .newest(model.name())
                .map(CompleteVersions.Found::version)
                .orElseThrow(
                        () ->
                                new NotFoundException(
                                        "federation %s has no version of model %s; 'tributary init' publishes version 0"
                                                .formatted(
                                                        federation.topics().federation(),
                                                        model.name())));
    }

    private ModelVersion manifest(KafkaConnection connection, int number) {
        try (var follower =
                FederationFollower.newest(connection, federation.topics(), model.name())) {
            follower.catchUp(TIMEOUT);
            return follower.version(model.name(), number)
                    .orElseThrow(
                            () ->
                                    new NotFoundException(
                                            "federation %s has no version %s of model %s; there are %s"
                                                    .formatted(
                                                            federation.topics().federation(),
                                                            number,
                                                            model.name(),
                                                            follower.versions(model.name())
                                                                    .keySet())));
        }
    }
}
