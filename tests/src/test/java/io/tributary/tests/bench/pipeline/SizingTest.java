package io.tributary.tests.bench.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class SizingTest {

    private static final CostFit CPU = new CostFit(0, 4e-9, 1e-9, 0);
    private static final CostFit HEAP = new CostFit(0, 18, 0, 0);

    @Test
    void machinesAreAsManyAsTheHeapNeeds() {
        var sizing = sizing(7e9, new Sizing.Machine(16, 64e9, 1e12));

        assertThat(sizing.heapBytes()).isCloseTo(168e9, within(1.0));
        assertThat(sizing.machines()).isEqualTo(4);
    }

    @Test
    void theSlowerOfProcessorsAndNetworkCounts() {
        var fastNetwork = sizing(7e9, new Sizing.Machine(16, 64e9, 1e12));
        var slowNetwork = sizing(7e9, new Sizing.Machine(16, 64e9, 1e9));

        assertThat(fastNetwork.byNetwork()).isFalse();
        assertThat(fastNetwork.seconds()).isCloseTo(7 * (4 + 8) / 64.0, within(1e-9));
        assertThat(slowNetwork.byNetwork()).isTrue();
        assertThat(slowNetwork.seconds()).isCloseTo(7 * (8 * 2 + 4) / 4.0, within(1e-9));
    }

    private static Sizing sizing(double parameters, Sizing.Machine machine) {
        return Sizing.of(parameters, 8, machine, CPU, HEAP, 2, 4);
    }
}
