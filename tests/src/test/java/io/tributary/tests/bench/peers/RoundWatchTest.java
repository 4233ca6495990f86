package io.tributary.tests.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoundWatchTest {

    /** Two silos, 1000 values, one round that counts. */
    private static final RoundShape SHAPE = new RoundShape(1000, 2, 1, 7);

    private final Meter server = new Meter();
    private final RoundWatch watch = new RoundWatch(SHAPE, 1, server);

    @Test
    void updatesMayBeSentWhenAllSilosHaveTheirs() throws Exception {
        assertThat(accept("silo-1 ready 1 4000")).isEmpty();
        assertThat(accept("silo-0 ready 1 4000")).hasValue(1);
    }

    @Test
    void aRoundIsFromTheFirstReplyToTheReceiptAndTheFirstRoundDoesNotCount() throws Exception {
        round(1, 1_000_000_000L);
        assertThat(watch.isOver()).isFalse();
        assertThat(watch.round()).isEqualTo(2);
        round(2, 50_000_000_000L);

        assertThat(watch.isOver()).isTrue();
        var standing = watch.standing("1.2.3");
        assertThat(standing.deviation()).isEqualTo(2e-7);
        assertThat(standing.rounds())
                .singleElement()
                .satisfies(
                        cost -> {
                            assertThat(cost.seconds()).isEqualTo(3);
                            assertThat(cost.combinedSeconds()).isEqualTo(2);
                            assertThat(cost.updateBytes()).isEqualTo(2 * 4000);
                            assertThat(cost.serverCpuSeconds()).isCloseTo(1.5, within(1e-9));
                            assertThat(cost.serverPeakRssBytes()).isEqualTo(16_000);
                        });
    }

    @Test
    void withSeveralReadersARoundLastsUntilTheLastHasIt() throws Exception {
        var both = new RoundWatch(SHAPE, 2, server);
        for (int round = 1; round <= 2; round++) {
            for (var line :
                    List.of(
                            "silo-0 ready %s 4000",
                            "silo-1 ready %s 4000",
                            "silo-0 replied %s 1000000000",
                            "silo-1 replied %s 1000000000",
                            "server combined %s 2000000000",
                            "silo-1 received %s 6000000000",
                            "silo-0 received %s 5000000000",
                            "silo-0 checked %s 0",
                            "silo-1 checked %s 0")) {
                assertThat(both.isOver()).isFalse();
                both.accept(PeerLine.parse(line.formatted(round)));
            }
        }
        assertThat(both.isOver()).isTrue();
        assertThat(both.standing("").rounds().get(0).seconds()).isEqualTo(5);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "silo-0 ready 1 3999; silo-0 was sent 3999 bytes of parameters, the model has 4000",
                "silo-0 ready 2 4000; silo-0 is in round 2, the others are in round 1",
                "server failed 1 no memory; server failed in round 1: no memory",
                "silo-0 checked 1 2e-06; 2e-06 from base + weighted mean",
                "silo-0 checked 1 nan; nan from base + weighted mean",
                "silo-0 checked 1 0; round 1 was checked before it was complete"
            })
    void whatCannotBeRightEndsTheMeasurement(String line, String reason) {
        assertThatThrownBy(() -> accept(line))
                .isInstanceOf(ContenderFailedException.class)
                .hasMessageContaining(reason);
    }

    private void round(int round, long start) throws Exception {
        accept("silo-0 ready %s 4000".formatted(round));
        accept("silo-1 ready %s 4000".formatted(round));
        accept("silo-1 replied %s %s".formatted(round, start + 500_000_000));
        accept("silo-0 replied %s %s".formatted(round, start));
        accept("server combined %s %s".formatted(round, start + 2_000_000_000));
        accept("silo-0 received %s %s".formatted(round, start + 3_000_000_000L));
        accept("silo-0 checked %s 2e-07".formatted(round));
    }

    private OptionalInt accept(String line) throws IOException, ContenderFailedException {
        return watch.accept(PeerLine.parse(line));
    }

    /** A server that spends 1.5 s between two looks at it. */
    private static final class Meter implements ServerUsage {

        private double spent;

        @Override
        public double cpuSeconds() {
            return spent += 1.5;
        }

        @Override
        public long peakRssBytes() {
            return 16_000;
        }
    }
}
