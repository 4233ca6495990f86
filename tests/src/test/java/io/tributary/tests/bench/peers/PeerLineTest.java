package io.tributary.tests.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.tests.bench.peers.PeerLine.Event;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PeerLineTest {

    @Test
    void aLineSaysWhoWhatWhenAndAValue() throws Exception {
        var line = PeerLine.parse("silo-3 replied 2 123456789012345");

        assertThat(line).isEqualTo(new PeerLine("silo-3", Event.REPLIED, 2, "123456789012345"));
        assertThat(line.number()).isEqualTo(123456789012345L);
    }

    @Test
    void aDeviationIsAFractionOrInfinite() throws Exception {
        assertThat(PeerLine.parse("silo-0 checked 1 1.5e-07").fraction()).isEqualTo(1.5e-7);
        assertThat(PeerLine.parse("silo-0 checked 1 inf").fraction()).isInfinite();
        assertThat(PeerLine.parse("silo-0 checked 1 nan").fraction()).isNaN();
    }

    @Test
    void aReasonMayHaveManyWords() throws Exception {
        assertThat(PeerLine.parse("server failed 1 8 updates failed: []").value())
                .isEqualTo("8 updates failed: []");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "server",
                "server combined 1",
                "server sang 1 2",
                "server combined first 2",
                "server combined 1 soon",
                "silo-0 checked 1 well"
            })
    void anythingElseIsRefusedByItsWords(String line) {
        assertThatThrownBy(() -> PeerLine.parse(line))
                .isInstanceOf(ContenderFailedException.class)
                .hasMessageContaining("'" + line + "'");
    }
}
