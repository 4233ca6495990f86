package io.tributary.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.aggregation.check.Finding;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.Test;

class PortChecksTest {

    @Test
    void aPortInUseIsAProblemAndAFreeOneIsNot() throws Exception {
        int port;
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = taken.getLocalPort();
            var findings = PortChecks.of(List.of(port));

            assertThat(Finding.worst(findings)).isEqualTo(Finding.Level.PROBLEM);
            assertThat(findings.get(1).fact()).startsWith(port + " is in use");
        }
        assertThat(Finding.worst(PortChecks.of(List.of(port)))).isEqualTo(Finding.Level.OK);
    }

    @Test
    void theDashboardsPortIsToldAndIsNoProblemInAnyCase() {
        assertThat(PortChecks.of(List.of()))
                .singleElement()
                .satisfies(
                        finding -> {
                            assertThat(finding.level()).isEqualTo(Finding.Level.OK);
                            assertThat(finding.fact()).startsWith("8710, of 'tributary dashboard'");
                        });
    }

    @Test
    void whatIsNoPortIsRefused() {
        assertThatThrownBy(() -> PortChecks.of(List.of(70_000)))
                .hasMessage("--port must be 1 to 65535, got 70000");
    }
}
