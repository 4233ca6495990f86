package io.tributary.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.tributary.kafka.registry.RegistryConnection;
import io.tributary.kafka.registry.SubjectNaming;
import io.tributary.operators.round.SampleSize;
import io.tributary.operators.round.WeightBasis;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobSettingsTest {

    @Test
    void defaultsNeedOnlyToBeToldWhere() {
        var settings = settings(Map.of());

        assertThat(settings.topics().federation()).isEqualTo("demo");
        assertThat(settings.plan().model()).isEqualTo("main");
        assertThat(settings.checkpointInterval()).hasSeconds(10);
    }

    @Test
    void anUnsetQuorumIsTheMinimumOfSilos() {
        assertThat(settings(Map.of("round.min-silos", "5")).plan().quorum()).isEqualTo(5);
        assertThat(settings(Map.of("round.min-silos", "5", "round.quorum", "3")).plan().quorum())
                .isEqualTo(3);
    }

    @Test
    void aSampleIsHeldAgainstTheQuorumAndNotAgainstTheMinimumOfSilos() {
        var plan =
                settings(
                                Map.of(
                                        "round.min-silos", "20",
                                        "round.quorum", "6",
                                        "round.sample", "8",
                                        "round.sample-by", "declared-tokens"))
                        .plan();

        assertThat(plan.sample()).isEqualTo(new SampleSize("8"));
        assertThat(plan.sampleBy()).isEqualTo(WeightBasis.DECLARED_TOKENS);
    }

    @Test
    void localStepsOfSingleSilosAreAMap() {
        var plan = settings(Map.of("round.local-steps-of.acme", "7")).plan();

        assertThat(plan.localStepsOf()).containsExactly(Map.entry("acme", 7));
    }

    @ParameterizedTest
    @CsvSource({"kafka.bootstrap-servers", "federation.name"})
    void whatHasNoDefaultIsAskedFor(String key) {
        refuses(key, " ", key + " is not set", "-D" + key);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "round.quorum|many|must be a whole number, got 'many'",
                "round.weight-cap|1.5|must be a whole number, got '1.5'",
                "local.learning-rate|high|must be a number, got 'high'",
                "local.keep-moments|maybe|must be true or false, got 'maybe'",
                "round.grace|soon|must be a duration such as 500 ms, 30 s or 5 min, got 'soon'",
                "round.local-steps-of|5|must be a map, got '5'",
                "round.local-steps-of.acme|few|must be a whole number, got 'few'",
            })
    void aValueOfTheWrongTypeIsRefusedWithWhatIsExpected(String key, String value, String reason) {
        refuses(key, value, key + " " + reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "federation.rounds|-1|at least 0",
                "round.min-silos|0|at least 1",
                "round.quorum|3|must not exceed round.min-silos (2)",
                "round.sample|1|cannot hold the 2 silos of the quorum",
                "round.sample|0|must be >= 1",
                "round.sample|1.5|above 0 and at most 1.0",
                "round.sample|some|must be all, a count such as 8 or a share such as 0.25",
                "round.sample-by|luck|uniform, declared-tokens or declared-examples",
                "round.mode|eager|round.mode: mode must be synchronous, asynchronous or overlapped",
                "round.late|keep|must be auto, drop or fold, got 'keep'",
                "round.staleness-limit|0|must be at least 1, got 0",
                "round.grace-min|2 min|must not exceed round.grace (60000 ms)",
                "round.grace-factor|-1|0.0 to 1000000.0",
                "round.grace-factor|NaN|0.0 to 1000000.0",
                "round.local-steps|0|at least 1",
                "round.local-steps-of.acme|0|at least 1",
                "round.deadline|0 s|at least 1 ms",
                "round.snapshot-every|0|at least 1",
                "local.momentum|1|below 1",
                "local.learning-rate|0|1.0E-12 to 1000.0",
                "local.min-learning-rate|1|0.0 to 0.001",
                "local.batch-size|0|at least 1",
                "local.solver|lion|must be adamw or sgd, got 'lion'",
                "round.rule|kram|unknown rule 'kram'",
                "round.rule|krum|give f, the number of faulty rows",
                "round.fallback|krum(f=|is not of the form",
                "privacy.delta|1|must be in (0, 1)",
                "privacy.noise-secret|short|fewer than 32",
                "round.server-optimizer|adam|unknown server optimizer 'adam'",
                "round.codec|zip|unknown codec 'zip'",
                "round.version-codec|f16|versions are published in f32 or bf16, got f16",
                "federation.name|Not_A_Name|1 to 63 characters",
                "federation.model|a/b|1 to 63 characters",
                "kafka.bootstrap-servers|nowhere|host:port",
            })
    void aValueOutOfRangeIsRefusedWithTheRange(String key, String value, String reason) {
        refuses(key, value, key, reason);
    }

    @Test
    void weightsFromTheWorkOfTheRoundAreRefusedWithTheReason() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                settings(
                                        Map.of(
                                                "round.rule", "fednova",
                                                "round.weights", "processed-tokens")))
                .withMessageContaining("round.weights")
                .withMessageContaining("processed-tokens")
                .withMessageContaining("undoes the normalisation");
    }

    @Test
    void aRuleWithoutAWeightedFormTakesUniformWeightsOnly() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                settings(
                                        Map.of(
                                                "round.rule", "multi-krum(f=0)",
                                                "round.weights", "declared-tokens")))
                .withMessageContaining("multi-krum")
                .withMessageContaining("uniform");
    }

    @Test
    void aRuleThatNeedsMoreUpdatesThanTheQuorumIsRefused() {
        refuses("round.rule", "trimmed-mean(f=1)", "trimmed-mean needs n > 2f", "n=2, f=1");
    }

    @Test
    void aRuleThatAddsNoiseNeedsASecretAndNeverShowsIt() {
        refuses("round.rule", "dp-mean(clip=1, noise=1)", "privacy.noise-secret is not set");
        var secret = "0123456789abcdef0123456789abcdef";
        var settings =
                settings(
                        Map.of(
                                "round.rule",
                                "dp-mean(clip=1, noise=1)",
                                "privacy.noise-secret",
                                secret));
        assertThat(settings.noise().source("main")).isNotNull();
        assertThat(settings.toString()).doesNotContain(secret);
    }

    @Test
    void aTransactionMustOutliveACheckpointAndARestart() {
        refuses(
                "kafka.transaction-timeout",
                "25 s",
                "kafka.transaction-timeout (25 s)",
                "job.checkpoint-interval (10 s)",
                "20 s");
    }

    @Test
    void aVersionMustHaveTimeToBecomeReadable() {
        refuses(
                "round.publish-timeout",
                "20 s",
                "round.publish-timeout (20 s)",
                "twice job.checkpoint-interval (10 s)");
    }

    @Test
    void whatDoesNotGoTogetherIsToldAtOnce() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> settings(Map.of("job.checkpoint-interval", "15 min")))
                .withMessageContaining("kafka.transaction-timeout (15 min)")
                .withMessageContaining("round.publish-timeout (2 min)");
    }

    /** Sinks abort what their prefix left open: of two jobs neither may begin with the other's. */
    @Test
    void relaysOfTwoModelLinesHaveTransactionsOfTheirOwnInTheirParent() {
        var small = nameInParent("small");
        var large = nameInParent("large");

        assertThat(small).isEqualTo("news.north.small").isNotEqualTo(large);
    }

    @Test
    void aRelayUsesWhatItsRegionAndAllOfTheParentShareAndItsOwnTopicThere() {
        var relay = relay("main");

        assertThat(List.of("demo.rounds", "demo.updates.acme", "news.rounds", "news.updates.north"))
                .allMatch(relay::uses);
        assertThat(List.of("news.updates.south", "north.rounds")).noneMatch(relay::uses);
    }

    @Test
    void aSchemaRegistryIsReadFromItsOptions() {
        assertThat(settings(Map.of()).connection().registry()).isNull();

        var registry =
                settings(
                                Map.of(
                                        "kafka.schema-registry.url",
                                        "https://r1:8081, https://r2:8081",
                                        "kafka.schema-registry.subjects",
                                        "topic-record",
                                        "kafka.schema-registry.auto-register",
                                        "false",
                                        "kafka.schema-registry.security.basic.auth.user.info",
                                        "job:secret"))
                        .connection()
                        .registry();

        assertThat(registry)
                .isEqualTo(
                        new RegistryConnection(
                                List.of("https://r1:8081", "https://r2:8081"),
                                true,
                                SubjectNaming.TOPIC_RECORD,
                                false,
                                Map.of(RegistryConnection.BASIC, "job:secret")));
    }

    @Test
    void aSchemaRegistryThatCannotBeRightIsRefused() {
        refuses("kafka.schema-registry.url", "registry:8081", "http(s)://host:port");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                settings(
                                        Map.of(
                                                "kafka.schema-registry.url",
                                                "http://r:1",
                                                "kafka.schema-registry.subjects",
                                                "topic")))
                .withMessageContaining("kafka.schema-registry.subjects")
                .withMessageContaining("record or topic-record");
    }

    @Test
    void whatAJobWritesIsNamedByTopic() {
        assertThat(settings(Map.of()).writes())
                .containsOnlyKeys("demo.models", "demo.rejected", "demo.rounds", "demo.versions");
        assertThat(relay("main").writes()).hasSize(3);
    }

    private static String nameInParent(String model) {
        return Objects.requireNonNull(relay(model).relay()).name();
    }

    private static JobSettings relay(String model) {
        return settings(
                Map.of(
                        "federation.model", model,
                        "relay.parent", "news",
                        "relay.silo", "north"));
    }

    @Test
    void theCosineMustEndAfterTheWarmUp() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                settings(
                                        Map.of(
                                                "local.warmup-steps", "10",
                                                "local.total-steps", "10")))
                .withMessageContaining("local.total-steps (10)")
                .withMessageContaining("local.warmup-steps (10)");
    }

    private static JobSettings settings(Map<String, String> more) {
        var options = new TreeMap<String, String>();
        options.put("kafka.bootstrap-servers", "127.0.0.1:9092");
        options.put("federation.name", "demo");
        options.putAll(more);
        return JobSettings.from(Configuration.fromMap(options));
    }

    private static void refuses(String key, String value, String... parts) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> settings(Map.of(key, value)))
                .satisfies(e -> assertThat(e.getMessage()).contains(parts));
    }
}
