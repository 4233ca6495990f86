package io.tributary.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.aggregation.check.Finding;
import io.tributary.aggregation.check.Finding.Level;
import io.tributary.kafka.topics.FederationTopics;
import io.tributary.kafka.transactions.HeldPartition;
import io.tributary.kafka.transactions.OpenTransaction;
import io.tributary.kafka.transactions.OpenTransaction.State;
import io.tributary.kafka.transactions.TransactionOwner;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DoctorChecksTest {

    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

    @ParameterizedTest
    @CsvSource({"11, PROBLEM", "16, PROBLEM", "17, OK", "25, OK", "26, WARNING"})
    void javaIsOldEnoughAndKnown(int feature, Level level) {
        var finding = MachineChecks.java(feature, feature + ".0.1", "Acme");

        assertThat(finding.level()).isEqualTo(level);
        assertThat(finding.fact()).startsWith("Java %s.0.1 of Acme".formatted(feature));
    }

    /** Readers stop at offset 5; one that begins at 6 waits behind another, -1 has not written. */
    @ParameterizedTest
    @CsvSource({
        "ONGOING, 59, 5, OK",
        "ONGOING, 60, 5, WARNING",
        "ONGOING, 60, 6, OK",
        "ONGOING, 60, -1, OK",
        "ENDING, 3600, 5, OK",
        "HANGING, 0, 5, WARNING",
    })
    void onlyWhatHoldsReadersAndSeemsAbandonedIsWarnedOf(
            State state, long quiet, long firstOffset, Level level) {
        var id = state == State.HANGING ? null : "demo.acme.updates";
        var transaction =
                new OpenTransaction(
                        id,
                        TransactionOwner.of(new FederationTopics("demo"), id),
                        7,
                        state,
                        NOW.minusSeconds(quiet),
                        NOW.minusSeconds(quiet),
                        Duration.ofMinutes(10),
                        List.of(new HeldPartition("demo.updates.acme", 1, firstOffset, 5, 9)));

        var finding = TransactionChecks.of(List.of(transaction), NOW);

        assertThat(finding.level()).isEqualTo(level);
        if (level == Level.WARNING) {
            assertThat(finding.fact()).contains(transaction.name());
        }
    }

    @Test
    void aFindingIsALineAndItsRemedyAnother() {
        var findings =
                List.of(
                        Finding.ok("java", "Java 17"),
                        Finding.warning("copies", "there is one\u001b[2J copy", "have three"),
                        Finding.problem("topic x", "x is not there", "create it"));

        assertThat(FindingText.of(findings).lines())
                .containsExactly(
                        "ok       java: Java 17",
                        "warning  copies: there is one [2J copy",
                        "         -> have three",
                        "problem  topic x: x is not there",
                        "         -> create it",
                        "1 problem, 1 warning, 1 ok");
        var json = FindingJson.of(findings);
        assertThat(json.get("worst").asText()).isEqualTo("problem");
        assertThat(json.at("/findings/0/remedy").isNull()).isTrue();
        assertThat(json.at("/findings/1/remedy").asText()).isEqualTo("have three");
    }
}
