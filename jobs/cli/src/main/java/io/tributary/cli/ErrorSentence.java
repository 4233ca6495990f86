package io.tributary.cli;

import io.tributary.aggregation.NoVersionException;
import io.tributary.kafka.client.IncompleteVersionException;
import io.tributary.kafka.client.VersionExistsException;
import io.tributary.kafka.topics.TopicMismatchException;
import io.tributary.silo.SiloFailedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * An exception as a person should see it: one sentence and an exit code, never a stack trace.
 *
 * @param text the sentence
 * @param exitCode one of {@link ExitCode}
 */
record ErrorSentence(String text, int exitCode) {

    static ErrorSentence of(Throwable failure) {
        var cause = failure;
        while ((cause instanceof ExecutionException || cause instanceof UncheckedIOException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        var message = message(cause);
        if (cause instanceof NotFoundException
                || cause instanceof NoVersionException
                || cause instanceof IncompleteVersionException) {
            return new ErrorSentence(message, ExitCode.NOT_FOUND);
        }
        if (cause instanceof IllegalArgumentException
                || cause instanceof VersionExistsException
                || cause instanceof TopicMismatchException) {
            return new ErrorSentence(message, ExitCode.USAGE);
        }
        if (cause instanceof UnknownTopicOrPartitionException) {
            return new ErrorSentence(
                    message + "; create the topics with 'tributary topics create'",
                    ExitCode.NOT_FOUND);
        }
        if (cause instanceof TimeoutException) {
            return new ErrorSentence(
                    "the Kafka cluster did not answer: "
                            + message
                            + "; check --bootstrap-servers and that the brokers run",
                    ExitCode.CLUSTER);
        }
        if (cause instanceof KafkaException) {
            return new ErrorSentence("Kafka: " + message, ExitCode.CLUSTER);
        }
        if (cause instanceof NoSuchFileException missing && missing.getReason() == null) {
            return new ErrorSentence("there is no " + missing.getFile(), ExitCode.USAGE);
        }
        if (cause instanceof IOException || cause instanceof SiloFailedException) {
            return new ErrorSentence(message, ExitCode.FAILURE);
        }
        if (cause instanceof InterruptedException) {
            return new ErrorSentence("interrupted", ExitCode.INTERRUPTED);
        }
        return new ErrorSentence(
                "%s: %s".formatted(cause.getClass().getSimpleName(), message), ExitCode.FAILURE);
    }

    private static String message(Throwable cause) {
        var message = cause.getMessage();
        return message == null || message.isBlank() ? cause.getClass().getSimpleName() : message;
    }
}
