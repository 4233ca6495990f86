package io.tributary.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OpenPartsTest {

    private final List<String> closed = new ArrayList<>();
    private final OpenParts parts = new OpenParts();

    @Test
    void aPartThatFailsKeepsNoOtherOpen() {
        add("folder", new InterruptedException("folder"));
        add("broker", null);
        add("cluster", new TimeoutException("cluster"));
        add("crew", null);

        assertThatThrownBy(parts::close)
                .isInstanceOf(TimeoutException.class)
                .hasMessage("cluster")
                .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));

        assertThat(closed).containsExactly("crew", "cluster", "broker", "folder");
    }

    private void add(String name, @Nullable Exception failure) {
        AutoCloseable part =
                () -> {
                    closed.add(name);
                    if (failure != null) {
                        throw failure;
                    }
                };
        assertThat(parts.add(part)).isSameAs(part);
    }
}
