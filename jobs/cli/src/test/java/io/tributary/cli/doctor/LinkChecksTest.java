package io.tributary.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.aggregation.check.Finding;
import io.tributary.aggregation.check.Finding.Level;
import io.tributary.cli.sizing.Sizing;
import io.tributary.cli.sizing.Workload;
import io.tributary.operators.optimizer.ServerOptimizer;
import io.tributary.operators.rule.AggregationRule;
import io.tributary.schemas.codec.Codec;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LinkChecksTest {

    private static final Duration TEN_MINUTES = Duration.ofMinutes(10);
    private static final Duration QUARTER = Duration.ofMinutes(15);

    /** An update of 1 GB; a silo's transaction may take 10 min. */
    @ParameterizedTest
    @CsvSource({"10e6, OK", "3.4e6, OK", "3.3e6, WARNING", "1.7e6, WARNING", "1.6e6, PROBLEM"})
    void anUploadNeedsHalfOfItsTransactionsTime(double bytesPerSecond, Level level) {
        var findings = LinkChecks.of(gigabyte(Codec.F32, bytesPerSecond), TEN_MINUTES, null, null);

        assertThat(Finding.worst(findings)).isEqualTo(level);
    }

    @Test
    void theRemedySaysHowLongATransactionHasToBeAndWhatTheBrokersAllow() {
        var finding = LinkChecks.of(gigabyte(Codec.F32, 1e6), TEN_MINUTES, QUARTER, null).get(0);

        assertThat(finding.fact())
                .isEqualTo(
                        "an update of 250M parameters in f32 (1.00 GB) takes 17 min, and the silo's"
                                + " transaction may take 10 min: the broker would end it before it is"
                                + " whole");
        assertThat(finding.remedy())
                .isEqualTo(
                        "start the silo with --transaction-timeout '34 min', and raise"
                                + " transaction.max.timeout.ms (15 min) to 2040000 on every broker,"
                                + " or halve the update with round.codec: bf16");
    }

    @Test
    void whoNeedsLongerThanARoundIsAlwaysLate() {
        var findings =
                LinkChecks.of(
                        gigabyte(Codec.BF16, 1e6),
                        Duration.ofHours(2),
                        null,
                        Duration.ofMinutes(15));

        assertThat(findings).hasSize(1);
        assertThat(findings.get(0).level()).isEqualTo(Level.PROBLEM);
        assertThat(findings.get(0).fact())
                .endsWith("longer than round.deadline (15 min): the silo would always be late");
        assertThat(findings.get(0).remedy()).isEqualTo("raise round.deadline");
    }

    private static Sizing gigabyte(Codec codec, double bytesPerSecond) {
        return new Sizing(
                new Workload(
                        1_000_000_000L / codec.encodedBytes(1),
                        4,
                        codec,
                        Codec.F32,
                        AggregationRule.parse("mean"),
                        ServerOptimizer.parse("sgd(lr=1)"),
                        1,
                        1,
                        Duration.ofHours(1),
                        Duration.ofDays(7),
                        1,
                        bytesPerSecond));
    }
}
