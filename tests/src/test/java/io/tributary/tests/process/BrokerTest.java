package io.tributary.tests.process;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrokerTest {

    @Test
    void aBrokerThatCannotBeStartedLeavesNoEntranceOpen(@TempDir Path work) {
        var before = links();

        assertThatThrownBy(() -> Broker.start(work, work.resolve("missing"), List.of("ash")))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("broker");

        await().until(
                        () -> {
                            var left = new HashSet<>(links());
                            left.removeAll(before);
                            return left.isEmpty();
                        });
    }

    @Test
    void aBrokerThatEndsWhileItStartsIsNotWaitedFor(@TempDir Path work) throws IOException {
        var logs = Files.createDirectory(work.resolve("logs"));
        var refused = Map.of("listeners", "nonsense");

        assertThatThrownBy(() -> Broker.start(work, logs, List.of(), refused))
                .isInstanceOf(StalledException.class)
                .hasMessage("the broker has ended while it started: see broker.log in " + logs);
    }

    /** Threads of entrances that are open. */
    private static Set<Thread> links() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("link-"))
                .collect(Collectors.toSet());
    }
}
