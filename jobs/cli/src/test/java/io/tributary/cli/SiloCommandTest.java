package io.tributary.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.kafka.KafkaConnection;
import io.tributary.silo.SiloOptions;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class SiloCommandTest {

    /** It has answered a moment ago, and will again. */
    @Test
    void aClusterThatDoesNotTellItsLimitsDoesNotEndASilo() {
        var out = new StringWriter();
        var cluster = KafkaConnection.plainText("no-such-host.invalid:9092");

        SiloCommand.Run.checkTransactionTimeout(
                SiloOptions.of(cluster, "news", "acme", Path.of("state")),
                new SiloLines("acme", new PrintWriter(out)));

        assertThat(out.toString().lines())
                .singleElement()
                .asString()
                .startsWith("silo acme: ")
                .endsWith("; goes on without knowing the brokers' longest transaction");
    }
}
