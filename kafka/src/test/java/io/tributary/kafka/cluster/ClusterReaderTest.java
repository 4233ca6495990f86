package io.tributary.kafka.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.junit.jupiter.api.Test;

class ClusterReaderTest {

    @Test
    void aBrokerThatAnswersWithAnErrorHasAnswered() {
        assertThat(Stream.of(new TimeoutException("no answer"), new DisconnectException()))
                .allMatch(ClusterReader::isSilence);
        assertThat(
                        Stream.of(
                                new ClusterAuthorizationException("not you"),
                                new UnsupportedVersionException("not this"),
                                new InvalidRequestException("not so")))
                .noneMatch(ClusterReader::isSilence);
    }
}
