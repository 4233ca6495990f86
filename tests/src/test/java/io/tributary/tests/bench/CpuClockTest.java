package io.tributary.tests.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

/** CPU time that nobody loses. */
class CpuClockTest {

    @Test
    void whatAnEndedThreadHasSpentIsNotSilentlyForgotten() throws Exception {
        var thread = new Thread(() -> {}, "brief");
        thread.start();
        thread.join();

        assertThatThrownBy(() -> CpuClock.of(List.of(thread)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("brief");
    }

    @Test
    void workersTimeCountsThoughTheyWaitForMoreWork() {
        try (var workers = new Workers(2)) {
            long before = workers.cpuNanos();
            var results = workers.each(8, i -> new double[1 << 16]);

            assertThat(results).hasNumberOfRows(8);
            assertThat(workers.cpuNanos()).isGreaterThan(before);
        }
    }
}
