package io.tributary.aggregation.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.aggregation.check.Finding.Level;
import io.tributary.kafka.client.BrokerClock;
import io.tributary.kafka.client.SiloTimes;
import io.tributary.kafka.cluster.BrokerFacts;
import io.tributary.kafka.cluster.ClusterFacts;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClusterChecksTest {

    private static final JobTimes JOB = Times.DEFAULT.job();

    @Test
    void aClusterThatAllowsWhatIsAskedForIsFine() {
        assertThat(of(cluster(2, broker("900000"), broker("1800000"))))
                .extracting(Finding::level)
                .containsOnly(Level.OK);
    }

    @Test
    void theStrictestBrokerBoundsTransactions() {
        var findings = of(cluster(2, broker("1800000"), broker("600000")));

        assertThat(Finding.of(Level.PROBLEM, findings))
                .singleElement()
                .satisfies(
                        finding ->
                                assertThat(finding.fact())
                                        .contains(
                                                "kafka.transaction-timeout (15 min)",
                                                "transaction.max.timeout.ms (10 min)"));
        assertThat(Finding.of(Level.WARNING, findings)).isEmpty();
    }

    @Test
    void aBrokerThatLetsNoSiloUploadIsWarnedOf() {
        var job = Times.DEFAULT.withTransactionTimeout(Duration.ofMinutes(1)).job();
        var findings = ClusterChecks.of(job, SiloTimes.DEFAULT, cluster(2, broker("300000")));

        assertThat(Finding.of(Level.WARNING, findings))
                .singleElement()
                .satisfies(finding -> assertThat(finding.fact()).contains("10 min", "5 min"));
        assertThat(Finding.of(Level.PROBLEM, findings)).isEmpty();
    }

    /** A silo that is given longer than the brokers allow could not upload at all. */
    @ParameterizedTest
    @CsvSource({"900, OK", "901, PROBLEM"})
    void aSilosTransactionIsBoundedByTheBrokers(int seconds, Level level) {
        var silo = new SiloTimes(SiloTimes.DEFAULT.heartbeat(), Duration.ofSeconds(seconds));

        var findings = ClusterChecks.ofSilo(silo, cluster(2, broker("900000")));

        assertThat(Finding.worst(findings)).isEqualTo(level);
    }

    @Test
    void aSiloNeedNotBeToldHowBrokersAreConfigured() {
        var hidden = new BrokerFacts(1, "h:1", true, Map.of());

        assertThat(ClusterChecks.ofSilo(SiloTimes.DEFAULT, cluster(2, hidden)))
                .extracting(Finding::level)
                .containsOnly(Level.OK);
    }

    @Test
    void whatTheCallerMayNotSeeIsAWarningAndNotAProblem() {
        var hidden = new BrokerFacts(1, "h:1", true, Map.of());

        assertThat(Finding.worst(of(cluster(2, hidden)))).isEqualTo(Level.WARNING);
    }

    /** Of three copies two are left, and that is enough. */
    @Test
    void aBrokerThatDoesNotAnswerIsNamedAndStopsNoJob() {
        var away = new BrokerFacts(7, "away:9092", false, Map.of());
        var findings = of(cluster(2, broker("900000"), away, broker("900000")));

        assertThat(Finding.of(Level.PROBLEM, findings)).isEmpty();
        assertThat(Finding.of(Level.WARNING, findings))
                .singleElement()
                .satisfies(
                        finding ->
                                assertThat(finding.fact())
                                        .startsWith("1 of 3 brokers")
                                        .contains("7 at away:9092"));
    }

    @Test
    void ifNoBrokerAnswersTheJobDoesNotStart() {
        var away = new BrokerFacts(7, "away:9092", false, Map.of());

        assertThat(Finding.of(Level.PROBLEM, of(cluster(2, away))))
                .singleElement()
                .satisfies(finding -> assertThat(finding.fact()).contains("7 at away:9092"));
    }

    @ParameterizedTest
    @CsvSource({"27, WARNING, upgrade", "28, OK, ''", "29, OK, ''", "30, WARNING, try"})
    void aClusterIsKnownByWhatItsBrokersAgreedOn(int metadata, Level level, String remedy) {
        var cluster =
                new ClusterFacts(
                        "id",
                        List.of(broker("900000")),
                        Map.of("metadata.version", metadata, "transaction.version", 2));

        assertThat(of(cluster))
                .filteredOn(finding -> finding.check().equals("cluster version"))
                .singleElement()
                .satisfies(
                        finding -> {
                            assertThat(finding.level()).isEqualTo(level);
                            assertThat(finding.remedy()).contains(remedy);
                        });
    }

    @ParameterizedTest
    @CsvSource({"0, WARNING", "1, WARNING", "2, OK", "3, OK"})
    void transactionsThatNothingEndsAreWarnedOf(int level, Level expected) {
        assertThat(Finding.worst(of(cluster(level, broker("900000"))))).isEqualTo(expected);
    }

    /** Silence is 30 s; only what exceeds the uncertainty counts. */
    @ParameterizedTest
    @CsvSource({
        "0, 0, OK",
        "1000, 0, OK",
        "-1000, 0, OK",
        "1001, 0, WARNING",
        "1001, 1, OK",
        "14999, 0, WARNING",
        "-14999, 0, WARNING",
        "15000, 0, PROBLEM",
        "-15000, 0, PROBLEM",
        "15000, 1, WARNING",
    })
    void clocksAreHeldAgainstTheSilence(long ahead, long uncertainty, Level expected) {
        var difference =
                new BrokerClock.Difference(
                        Duration.ofMillis(ahead), Duration.ofMillis(uncertainty));

        assertThat(ClusterChecks.clock(JOB, difference).level()).isEqualTo(expected);
    }

    private static List<Finding> of(ClusterFacts cluster) {
        return ClusterChecks.of(JOB, SiloTimes.DEFAULT, cluster);
    }

    private static ClusterFacts cluster(int transactionVersion, BrokerFacts... brokers) {
        return new ClusterFacts(
                "id",
                Arrays.asList(brokers),
                Map.of("metadata.version", 29, "transaction.version", transactionVersion));
    }

    private static BrokerFacts broker(String longestTransaction) {
        return new BrokerFacts(
                1, "h:1", true, Map.of("transaction.max.timeout.ms", longestTransaction));
    }
}
