package io.tributary.tests.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.tests.bench.peers.Standing.Absent;
import io.tributary.tests.bench.peers.Standing.Measured;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ContenderTableTest {

    private static final RoundShape SHAPE = new RoundShape(10_000_000, 8, 3, 1);

    private static final Measured MEASURED =
            new Measured("1.2.3", List.of(cost(4, 100), cost(2, 300), cost(8, 200)), 1.2e-7);

    @Test
    void aLineHasTheMediansAndTheHighestPeak() {
        var lines = ContenderTable.lines(SHAPE, Map.of("flower", MEASURED));

        assertThat(lines).hasSize(4);
        assertThat(lines.get(0)).contains("8 silos x 10M float32 (320 MB of updates)");
        assertThat(lines.get(2).trim().split(" {2,}"))
                .containsExactly("s", "combined s", "MB/s", "CPU s/GB", "RSS/model", "deviation");
        assertThat(lines.get(3).split(" {2,}"))
                .containsExactly("flower 1.2.3", "4.00", "2.00", "80", "12.50", "7.5", "1.2e-07");
    }

    @Test
    void everyContenderHasALineAndTheAbsentSayWhatIsMissing() {
        var standings = new LinkedHashMap<String, Standing>();
        standings.put("tributary", MEASURED);
        standings.put("flower", new Absent("there is no python3"));

        assertThat(ContenderTable.lines(SHAPE, standings))
                .hasSize(5)
                .last()
                .isEqualTo("skipped: flower: there is no python3");
    }

    @Test
    void anUnknownPeakIsADash() {
        var unknown = new Measured("1", List.of(new RoundCost(1, 1, 1, 1, 0)), 0);

        assertThat(ContenderTable.lines(SHAPE, Map.of("flower", unknown)).get(3)).contains("  -  ");
    }

    @Test
    void theReportHasEveryRoundAndTheReasonOfASkip() {
        var standings = new LinkedHashMap<String, Standing>();
        standings.put("tributary", MEASURED);
        standings.put("flower", new Absent("there is no python3"));

        var contenders = ContenderReport.of(SHAPE, standings).get("contenders");
        assertThat(contenders.get(0).get("rounds")).hasSize(3);
        assertThat(contenders.get(0).get("rounds").get(1).get("seconds").asDouble()).isEqualTo(2);
        assertThat(contenders.get(1).get("status").asText()).isEqualTo("skipped");
        assertThat(contenders.get(1).get("reason").asText()).isEqualTo("there is no python3");
    }

    private static RoundCost cost(double seconds, long peakMegabytes) {
        return new RoundCost(
                seconds, seconds / 2, SHAPE.updateBytes(), seconds, peakMegabytes * 1_000_000);
    }
}
