package io.tributary.kafka.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class FreePortsTest {

    @Test
    void portsAreGivenOnce() {
        var ports = new ArrayList<>(FreePorts.take(20));
        ports.addAll(FreePorts.take(20));
        ports.add(FreePorts.take());

        assertThat(ports)
                .hasSize(41)
                .doesNotHaveDuplicates()
                .allSatisfy(port -> assertThat(port).isBetween(FreePorts.FIRST, FreePorts.LAST));
    }

    @Test
    void aPortThatSomebodyListensAtIsLeftOut() throws IOException {
        // The port after the one that was given last is the next in turn.
        int turn = FreePorts.take() + 1;
        try (var taken = new ServerSocket(turn, 1, InetAddress.getByName(FreePorts.HOST))) {
            assertThat(FreePorts.take(3)).doesNotContain(taken.getLocalPort());
        }
    }

    @Test
    void moreThanThereAreIsRefused() {
        assertThatThrownBy(() -> FreePorts.take(FreePorts.LAST))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("31999 are needed");
    }
}
