package io.tributary.aggregation.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.tributary.aggregation.check.Finding.Level;
import io.tributary.kafka.cluster.TopicFacts;
import io.tributary.kafka.topics.CatalogueSettings;
import io.tributary.kafka.topics.FederationTopics;
import io.tributary.kafka.topics.TopicCatalogue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TopicChecksTest {

    private static final FederationTopics TOPICS = new FederationTopics("demo");
    private static final FederationTopics REGION = new FederationTopics("north", "news");

    /** The catalogue and the checks must not fall apart. */
    @Test
    void topicsAsTheCatalogueHasThemAreFine() {
        assertThat(of(Times.DEFAULT, catalogue()))
                .hasSize(7)
                .extracting(Finding::level)
                .containsOnly(Level.OK);
    }

    /** It sees its own topic and four others, and not how they are configured. */
    @Test
    void aSiloNeedsNoMoreThanItMaySee() {
        var found = new TreeMap<String, TopicFacts>();
        for (var name : List.of("rounds", "models", "versions", "genesis", "updates.acme")) {
            var topic = catalogue().get("demo." + name);
            found.put(
                    topic.name(),
                    new TopicFacts(topic.name(), topic.partitions(), 3, List.of(), Map.of()));
        }
        var job = Times.DEFAULT.job();

        assertThat(TopicChecks.ofSilo(TOPICS, "acme", job, found))
                .hasSize(5)
                .extracting(Finding::level)
                .containsOnly(Level.OK);
        found.remove("demo.updates.acme");
        assertThat(TopicChecks.ofSilo(TOPICS, "acme", job, found))
                .filteredOn(finding -> finding.level() == Level.PROBLEM)
                .singleElement()
                .satisfies(finding -> assertThat(finding.fact()).contains("demo.updates.acme"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "demo.rounds",
                "demo.models",
                "demo.versions",
                "demo.genesis",
                "demo.rejected",
                "demo.control"
            })
    void aSharedTopicThatIsMissingIsToldWithTheCommand(String topic) {
        var found = catalogue();
        found.remove(topic);

        assertThat(bad(Times.DEFAULT, found))
                .singleElement()
                .satisfies(
                        finding -> {
                            assertThat(finding.level()).isEqualTo(Level.PROBLEM);
                            assertThat(finding.sentence())
                                    .contains(topic, "tributary topics create");
                        });
    }

    @Test
    void aFederationWithoutSilosIsWarnedOf() {
        var found = catalogue();
        found.remove("demo.updates.acme");

        assertThat(bad(Times.DEFAULT, found))
                .singleElement()
                .satisfies(
                        finding -> {
                            assertThat(finding.level()).isEqualTo(Level.WARNING);
                            assertThat(finding.remedy()).contains("--silo");
                        });
    }

    @ParameterizedTest
    @CsvSource({
        "demo.updates.acme, message.timestamp.type, CreateTime, PROBLEM",
        "demo.rounds, message.timestamp.type, CreateTime, PROBLEM",
        "demo.models, max.message.bytes, 1048587, PROBLEM",
        "demo.versions, cleanup.policy, delete, PROBLEM",
        "demo.models, cleanup.policy, compact, PROBLEM",
        "demo.updates.acme, cleanup.policy, 'compact,delete', PROBLEM",
        "demo.updates.acme, compression.type, producer, WARNING",
        "demo.genesis, retention.ms, 604800000, WARNING",
        "demo.models, retention.bytes, 1000000000, WARNING",
        "demo.updates.acme, retention.bytes, 0, WARNING",
        // The deadline is 1 h, a restart 20 s; an extension takes as long again.
        "demo.updates.acme, retention.ms, 3620000, PROBLEM",
        "demo.updates.acme, retention.ms, 3620001, WARNING",
        "demo.updates.acme, retention.ms, 7220000, WARNING",
        "demo.updates.acme, retention.ms, 7220001, OK",
        "demo.models, retention.ms, 3620000, PROBLEM",
        "demo.rounds, retention.ms, 3620000, PROBLEM",
        "demo.rejected, retention.ms, 1, OK",
        "demo.models, retention.ms, -1, OK",
    })
    void whatDiffersIsToldWithTopicKeyAndRemedy(
            String topic, String key, String value, Level level) {
        var found = catalogue();
        found.put(topic, with(found.get(topic), key, value));

        var bad = bad(Times.DEFAULT, found);

        assertThat(Finding.worst(bad)).isEqualTo(level);
        assertThat(bad)
                .allSatisfy(
                        finding -> {
                            assertThat(finding.fact()).contains(topic);
                            assertThat(finding.remedy()).contains("--topic " + topic, key);
                        });
    }

    @ParameterizedTest
    @CsvSource({"1, OK", "2, WARNING"})
    void betweenTwoSnapshotsModelsMustStay(int snapshotEvery, Level level) {
        var found = catalogue();
        // Three deadlines and a restart.
        found.put("demo.models", with(found.get("demo.models"), "retention.ms", "10820000"));

        var bad = bad(Times.DEFAULT.withSnapshotEvery(snapshotEvery), found);

        assertThat(Finding.worst(bad)).isEqualTo(level);
        assertThat(bad)
                .allSatisfy(
                        finding -> assertThat(finding.remedy()).contains("round.snapshot-every"));
    }

    @Test
    void orderAndChunksNeedTheirPartitions() {
        var found = catalogue();
        found.put("demo.rounds", facts(found.get("demo.rounds"), 2, 3, List.of()));
        found.put("demo.updates.acme", facts(found.get("demo.updates.acme"), 1, 3, List.of()));
        found.put("demo.models", facts(found.get("demo.models"), 8, 3, List.of(4, 5)));

        assertThat(bad(Times.DEFAULT, found))
                .extracting(Finding::level, Finding::check)
                .containsExactlyInAnyOrder(
                        tuple(Level.PROBLEM, "topic demo.rounds"),
                        tuple(Level.PROBLEM, "topic demo.updates.acme"),
                        tuple(Level.PROBLEM, "topic demo.models"));
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1, WARNING",
        "1, 2, PROBLEM",
        "3, 1, WARNING",
        "3, 2, OK",
        "3, 3, WARNING",
        "3, 4, PROBLEM",
    })
    void copiesAreHeldAgainstThoseThatMustBeInSync(int copies, String inSync, Level level) {
        var found = catalogue();
        found.replaceAll(
                (name, topic) ->
                        with(
                                facts(topic, topic.partitions(), copies, List.of()),
                                "min.insync.replicas",
                                inSync));

        assertThat(Finding.worst(bad(Times.DEFAULT, found))).isEqualTo(level);
    }

    @Test
    void whatTheCallerMayNotSeeIsAWarning() {
        var found = catalogue();
        found.put("demo.models", new TopicFacts("demo.models", 8, 3, List.of(), Map.of()));

        assertThat(bad(Times.DEFAULT, found))
                .extracting(Finding::level, Finding::check)
                .containsExactly(tuple(Level.WARNING, "topic demo.models"));
    }

    @ParameterizedTest
    @CsvSource({"news.rounds, --federation news", "north.rounds, --federation north --parent news"})
    void ofARegionTheCommandNamesWhoseTopicIsMissing(String topic, String expected) {
        var found = ofRegion();
        found.remove(topic);

        assertThat(badOfRegion(found))
                .singleElement()
                .satisfies(
                        finding ->
                                assertThat(finding.sentence())
                                        .contains(topic + " does not exist", expected + "'"));
    }

    @Test
    void withoutItsTopicInTheParentARelayDoesNotStart() {
        var found = ofRegion();
        assertThat(badOfRegion(found)).isEmpty();
        found.remove("news.updates.north");

        assertThat(badOfRegion(found))
                .singleElement()
                .satisfies(
                        finding -> {
                            assertThat(finding.level()).isEqualTo(Level.PROBLEM);
                            assertThat(finding.sentence())
                                    .contains(
                                            "news.updates.north does not exist",
                                            "'tributary topics create --silo north --federation news'");
                        });
    }

    @Test
    void whatARelayUsesInTheParentIsHeldAgainstTheSameAsItsOwn() {
        var found = ofRegion();
        found.put("news.rounds", facts(found.get("news.rounds"), 2, 3, List.of()));
        found.put("news.updates.north", facts(found.get("news.updates.north"), 1, 3, List.of()));

        assertThat(badOfRegion(found))
                .extracting(Finding::level, Finding::check)
                .containsExactly(
                        tuple(Level.PROBLEM, "topic news.rounds"),
                        tuple(Level.PROBLEM, "topic news.updates.north"));
    }

    private static List<Finding> badOfRegion(Map<String, TopicFacts> found) {
        var job = Times.DEFAULT.job();
        var findings = new ArrayList<>(TopicChecks.of(REGION, job, found));
        var parent = new FederationTopics(REGION.parent());
        findings.addAll(TopicChecks.inParent(parent, "north", job, found));
        return findings.stream().filter(f -> f.level() != Level.OK).toList();
    }

    private static Map<String, TopicFacts> ofRegion() {
        var found = catalogue(new FederationTopics("news"), "north");
        found.putAll(catalogue(REGION, "acme"));
        return found;
    }

    private static List<Finding> of(Times times, Map<String, TopicFacts> found) {
        return TopicChecks.of(TOPICS, times.job(), found);
    }

    private static List<Finding> bad(Times times, Map<String, TopicFacts> found) {
        return of(times, found).stream().filter(f -> f.level() != Level.OK).toList();
    }

    private static Map<String, TopicFacts> catalogue() {
        return catalogue(TOPICS, "acme");
    }

    private static Map<String, TopicFacts> catalogue(FederationTopics topics, String silo) {
        var settings = new CatalogueSettings(4, 8, 3, 2, Duration.ofDays(7), Duration.ofDays(365));
        var found = new TreeMap<String, TopicFacts>();
        for (var spec : new TopicCatalogue(topics, settings).all(List.of(silo))) {
            found.put(
                    spec.name(),
                    new TopicFacts(
                            spec.name(),
                            spec.partitions(),
                            spec.replicationFactor(),
                            List.of(),
                            spec.config()));
        }
        return found;
    }

    private static TopicFacts with(TopicFacts topic, String key, String value) {
        var config = new HashMap<>(topic.config());
        config.put(key, value);
        return new TopicFacts(
                topic.name(),
                topic.partitions(),
                topic.replicationFactor(),
                topic.leaderless(),
                config);
    }

    private static TopicFacts facts(
            TopicFacts topic, int partitions, int copies, List<Integer> leaderless) {
        return new TopicFacts(topic.name(), partitions, copies, leaderless, topic.config());
    }
}
