package io.tributary.cli;

import io.tributary.kafka.KafkaConnection;
import io.tributary.kafka.client.CompleteVersions;
import io.tributary.kafka.client.FederationFollower;
import io.tributary.kafka.client.IncompleteVersionException;
import io.tributary.kafka.client.ModelReplica;
import io.tributary.kafka.topics.FederationTopics;
import io.tributary.schemas.model.ModelVersion;
import io.tributary.silo.text.ByteTokenizer;
import io.tributary.silo.text.Tokenizer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Reads versions of a model whole.
 *
 * @param connection a cluster that answers
 * @param topics the federation
 * @param model name of the model line
 */
public record PublishedModels(KafkaConnection connection, FederationTopics topics, String model) {

    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    /**
     * Downloads a version.
     *
     * @param version its number; null for the newest that can be read whole
     * @throws IllegalArgumentException if it was made for another tokenizer
     * @throws NotFoundException if there is no such version
     * @throws IncompleteVersionException if not all of it is on the log
     */
    public PublishedModel read(@Nullable Integer version, Tokenizer tokenizer)
            throws IncompleteVersionException {
        var manifest = version == null ? newest() : manifest(version);
        checkTokenizer(manifest, tokenizer);
        try (var replica = ModelReplica.open(connection, topics, model)) {
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

    private ModelVersion newest() {
        return new CompleteVersions(connection, topics, TIMEOUT)
                .newest(model)
                .map(CompleteVersions.Found::version)
                .orElseThrow(
                        () ->
                                new NotFoundException(
                                        "federation %s has no version of model %s; 'tributary init' publishes version 0"
                                                .formatted(topics.federation(), model)));
    }

    private ModelVersion manifest(int number) {
        try (var follower = FederationFollower.newest(connection, topics, model)) {
            follower.catchUp(TIMEOUT);
            return follower.version(model, number)
                    .orElseThrow(
                            () ->
                                    new NotFoundException(
                                            "federation %s has no version %s of model %s; there are %s"
                                                    .formatted(
                                                            topics.federation(),
                                                            number,
                                                            model,
                                                            follower.versions(model).keySet())));
        }
    }
}
