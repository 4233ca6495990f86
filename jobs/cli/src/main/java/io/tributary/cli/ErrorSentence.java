package io.tributary.cli;

import io.tributary.aggregation.NoVersionException;
import io.tributary.aggregation.check.CheckFailedException;
import io.tributary.kafka.client.IncompleteVersionException;
import io.tributary.kafka.client.VersionExistsException;
import io.tributary.kafka.client.VersionNotOnLogException;
import io.tributary.kafka.registry.SchemaRegistryException;
import io.tributary.kafka.topics.TopicMismatchException;
import io.tributary.silo.SiloFailedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.apache.flink.runtime.client.JobExecutionException;
import org.apache.flink.util.FlinkException;
import org.apache.flink.util.FlinkRuntimeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
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
        while (saysLessThanItsCause(cause) && cause.getCause() != null) {
            cause = cause.getCause();
        }
        var message = message(cause);
        if (cause instanceof NotFoundException
                || cause instanceof NoVersionException
                || cause instanceof IncompleteVersionException
                || cause instanceof VersionNotOnLogException) {
            return new ErrorSentence(message, ExitCode.NOT_FOUND);
        }
        if (cause instanceof IllegalArgumentException
                || cause instanceof InputException
                || cause instanceof CheckFailedException
                || cause instanceof VersionExistsException
                || cause instanceof TopicMismatchException) {
            return new ErrorSentence(message, ExitCode.USAGE);
        }
        if (cause instanceof UnknownTopicOrPartitionException) {
            return new ErrorSentence(message, ExitCode.NOT_FOUND);
        }
        if (cause instanceof CommandRefusedException) {
            return new ErrorSentence(message, ExitCode.REFUSED);
        }
        if (cause instanceof UnansweredCommandException) {
            return new ErrorSentence(message, ExitCode.UNANSWERED);
        }
        if (cause instanceof UnreachableClusterException
                || cause instanceof SchemaRegistryException) {
            return new ErrorSentence(message, ExitCode.CLUSTER);
        }
        if (cause instanceof TimeoutException) {
            return new ErrorSentence(
                    "the Kafka cluster did not answer: " + message, ExitCode.CLUSTER);
        }
        if (cause instanceof KafkaException) {
            return new ErrorSentence("Kafka: " + message, ExitCode.CLUSTER);
        }
        if (cause instanceof NoSuchFileException missing && missing.getReason() == null) {
            return new ErrorSentence("there is no " + missing.getFile(), ExitCode.USAGE);
        }
        if (cause instanceof AccessDeniedException denied && denied.getReason() == null) {
            return new ErrorSentence(
                    "there is no right to use " + denied.getFile(), ExitCode.FAILURE);
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

    /** What wraps an error for technical reasons. */
    private static boolean saysLessThanItsCause(Throwable failure) {
        return failure instanceof ExecutionException
                || failure instanceof CompletionException
                || failure instanceof UncheckedIOException
                || failure instanceof FlinkException
                || failure instanceof FlinkRuntimeException
                || failure instanceof JobExecutionException
                || (failure instanceof KafkaException
                        && failure.getCause() instanceof ConfigException);
    }

    private static String message(Throwable cause) {
        var message = cause.getMessage();
        return message == null || message.isBlank() ? cause.getClass().getSimpleName() : message;
    }
}
