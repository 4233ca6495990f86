package io.tributary.cli;

import io.tributary.kafka.client.CompleteVersions;
import io.tributary.kafka.client.FederationFollower;
import io.tributary.kafka.client.IncompleteVersionException;
import io.tributary.kafka.client.ModelReplica;
import io.tributary.schemas.model.ModelVersion;
import java.io.IOException;
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

    @Nullable Path tokenizer() {
        return tokenizer;
    }

    /** Downloads the version. */
    PublishedModel download() throws IOException, IncompleteVersionException {
        var manifest = version == null ? newest() : manifest(version);
        try (var replica =
                ModelReplica.open(federation.connection(), federation.topics(), model.name())) {
            replica.download(manifest, TIMEOUT);
            return new PublishedModel(manifest, replica.parameters());
        }
    }

    private ModelVersion newest() throws IOException {
        return new CompleteVersions(federation.connection(), federation.topics(), TIMEOUT)
                .newest(model.name())
                .map(CompleteVersions.Found::version)
                .orElseThrow(
                        () ->
                                new NotFoundException(
                                        "federation %s has no version of model %s"
                                                .formatted(
                                                        federation.topics().federation(),
                                                        model.name())));
    }

    private ModelVersion manifest(int number) throws IOException {
        try (var follower =
                FederationFollower.newest(
                        federation.connection(), federation.topics(), model.name())) {
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
