package io.tributary.aggregation.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.aggregation.check.Finding.Level;
import io.tributary.kafka.client.SiloTimes;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimeChecksTest {

    @Test
    void theDefaultsGoTogether() {
        assertThat(TimeChecks.of(Times.DEFAULT.job(), SiloTimes.DEFAULT))
                .hasSize(6)
                .allSatisfy(finding -> assertThat(finding.level()).isEqualTo(Level.OK));
    }

    /** The first value is the last that is wrong, the second the first that is right. */
    @ParameterizedTest
    @CsvSource({
        "transaction timeout, PROBLEM, 30000, 30001",
        "publish timeout, PROBLEM, 20000, 20001",
        "grace, WARNING, 3600001, 3600000",
        "silence, WARNING, 8999, 9000",
        "upload timeout, WARNING, 3600001, 3600000",
        "silos' transactions, WARNING, 3600001, 3600000",
    })
    void eachHasALimitToTheMillisecond(String check, Level level, long wrong, long right) {
        assertThat(found(check, wrong))
                .satisfies(
                        finding -> {
                            assertThat(finding.level()).isEqualTo(level);
                            assertThat(finding.remedy()).isNotEmpty();
                            assertThat(finding.sentence())
                                    .isEqualTo(finding.fact() + "; " + finding.remedy());
                        });
        assertThat(found(check, right).level()).isEqualTo(Level.OK);
    }

    @Test
    void anErrorNamesBothKeysAndValuesAndTheRemedy() {
        var job = Times.DEFAULT.withTransactionTimeout(Duration.ofSeconds(25)).job();

        assertThat(TimeChecks.of(job, SiloTimes.DEFAULT).get(0).sentence())
                .isEqualTo(
                        "kafka.transaction-timeout (25 s) must exceed job.checkpoint-interval (10 s)"
                                + " plus a restart of 20 s, or a slow restart loses output; raise it,"
                                + " or checkpoint more often");
    }

    @Test
    void theWorstOfSeveralCounts() {
        var ok = Finding.ok("a", "b");
        var warning = Finding.warning("a", "b", "c");
        var problem = Finding.problem("a", "b", "c");

        assertThat(Finding.worst(List.of())).isEqualTo(Level.OK);
        assertThat(Finding.worst(List.of(ok, warning, ok))).isEqualTo(Level.WARNING);
        assertThat(Finding.worst(List.of(problem, warning))).isEqualTo(Level.PROBLEM);
        assertThat(Finding.of(Level.WARNING, List.of(ok, warning, problem)))
                .containsExactly(warning);
    }

    private static Finding found(String check, long millis) {
        var value = Duration.ofMillis(millis);
        var times =
                switch (check) {
                    case "transaction timeout" -> Times.DEFAULT.withTransactionTimeout(value);
                    case "publish timeout" -> Times.DEFAULT.withPublishTimeout(value);
                    case "grace" -> Times.DEFAULT.withGrace(value);
                    case "silence" -> Times.DEFAULT.withSilence(value);
                    case "upload timeout" -> Times.DEFAULT.withUploadTimeout(value);
                    default -> Times.DEFAULT;
                };
        var silo =
                check.equals("silos' transactions")
                        ? new SiloTimes(SiloTimes.DEFAULT.heartbeat(), value)
                        : SiloTimes.DEFAULT;
        return TimeChecks.of(times.job(), silo).stream()
                .filter(finding -> finding.check().equals(check))
                .findFirst()
                .orElseThrow();
    }
}
