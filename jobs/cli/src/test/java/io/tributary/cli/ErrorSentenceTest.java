package io.tributary.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.kafka.client.VersionNotOnLogException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobID;
import org.apache.flink.runtime.client.JobExecutionException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ErrorSentenceTest {

    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(new IllegalArgumentException("x"), ExitCode.USAGE, "x"),
                Arguments.of(new NoSuchFileException("a.txt"), ExitCode.USAGE, "there is no a.txt"),
                Arguments.of(new NotFoundException("no version 7"), ExitCode.NOT_FOUND, "no ver"),
                Arguments.of(
                        new UnknownTopicOrPartitionException("topic f.rounds does not exist"),
                        ExitCode.NOT_FOUND,
                        "topic f.rounds does not exist"),
                Arguments.of(
                        new VersionNotOnLogException("version 3 is gone"),
                        ExitCode.NOT_FOUND,
                        "version 3 is gone"),
                Arguments.of(new TimeoutException("too long"), ExitCode.CLUSTER, "too long"),
                Arguments.of(
                        new UnreachableClusterException("nobody there", new IOException()),
                        ExitCode.CLUSTER,
                        "nobody there"),
                Arguments.of(
                        new TopicAuthorizationException("not you"), ExitCode.CLUSTER, "not you"),
                Arguments.of(new IOException("disk full"), ExitCode.FAILURE, "disk full"),
                Arguments.of(new InterruptedException(), ExitCode.INTERRUPTED, "interrupted"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void aFailureHasItsExitCodeAndIsSaid(Exception failure, int exitCode, String part) {
        var sentence = ErrorSentence.of(failure);

        assertThat(sentence.exitCode()).isEqualTo(exitCode);
        assertThat(sentence.text()).contains(part);
    }

    @ParameterizedTest
    @MethodSource("failures")
    void whatWrapsAFailureIsLeftOut(Exception failure, int exitCode, String part) {
        var wrapped = new ExecutionException(new CompletionException(failure));
        var inTheJob = new JobExecutionException(new JobID(), "Job execution failed.", failure);

        assertThat(ErrorSentence.of(wrapped)).isEqualTo(ErrorSentence.of(failure));
        assertThat(ErrorSentence.of(inTheJob)).isEqualTo(ErrorSentence.of(failure));
    }

    @Test
    void anUncheckedErrorOfTheDiskIsTheErrorOfTheDisk() {
        assertThat(ErrorSentence.of(new UncheckedIOException(new IOException("disk full"))))
                .isEqualTo(ErrorSentence.of(new IOException("disk full")));
    }

    @Test
    void aClientThatCannotBeMadeSaysWhy() {
        var why = new ConfigException("no such mechanism");

        assertThat(ErrorSentence.of(new KafkaException("Failed to construct", why)).text())
                .contains("no such mechanism");
    }

    @Test
    void aFailureWithoutAMessageIsNamed() {
        assertThat(ErrorSentence.of(new IllegalStateException()).text())
                .contains("IllegalStateException");
    }
}
