package io.tributary.tests.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.aggregation.JobConfiguration;
import io.tributary.aggregation.JobSettings;
import io.tributary.aggregation.check.SiloNameChecks;
import io.tributary.kafka.topics.CatalogueSettings;
import io.tributary.kafka.topics.FederationTopics;
import io.tributary.kafka.topics.TopicCatalogue;
import io.tributary.kafka.topics.TopicSpec;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.Test;

/** What the files for Strimzi say, beside what the code says. */
class StrimziResourcesTest {

    private static final FederationTopics NEWS = new FederationTopics("news");
    private static final Path JOB = Deployment.KUBERNETES.resolve("base/job.yaml");

    private final StrimziResources resources = StrimziResources.ofTheExample();

    @Test
    void topicsAreThoseThatTheCommandWouldCreate() {
        var catalogue = new TopicCatalogue(NEWS, CatalogueSettings.replicated());

        assertThat(resources.silos()).isNotEmpty();
        assertThat(resources.topics())
                .containsExactlyInAnyOrderElementsOf(catalogue.all(resources.silos()));
    }

    @Test
    void aSiloWritesToItsOwnTopicAndNothingElse() {
        for (var silo : resources.silos()) {
            assertThat(writable(silo, ResourceType.TOPIC))
                    .extracting(AclBinding::pattern)
                    .allSatisfy(
                            pattern -> {
                                assertThat(pattern.patternType()).isEqualTo(PatternType.LITERAL);
                                assertThat(pattern.name()).isEqualTo(NEWS.updates(silo));
                            })
                    .hasSize(1);
        }
    }

    @Test
    void aSiloUsesNoConsumerGroupAndMayNothingOnTheCluster() {
        for (var silo : resources.silos()) {
            assertThat(rights(silo))
                    .extracting(right -> right.pattern().resourceType())
                    .containsOnly(ResourceType.TOPIC, ResourceType.TRANSACTIONAL_ID);
        }
    }

    /**
     * Whoever may write with a transactional id may end its transactions. So the prefix of a silo
     * ends in a dot, and no silo is called like a model line, or like what has ids of its own.
     */
    @Test
    void noSiloCanEndTransactionsOfOthers() {
        var model = JobSettings.from(JobConfiguration.read(JOB, List.of())).plan().model();
        var topics = resources.topics().stream().map(TopicSpec::name).toList();
        assertThat(SiloNameChecks.of(NEWS, model, topics)).isEmpty();
        for (var silo : resources.silos()) {
            for (var right : writable(silo, ResourceType.TRANSACTIONAL_ID)) {
                var prefix = right.pattern().name();
                assertThat(prefix).isEqualTo("news." + silo + ".");
                assertThat("news." + silo + ".updates").startsWith(prefix);
            }
        }
    }

    @Test
    void theMonitorChangesNothing() {
        assertThat(resources.user("news.monitor").rights())
                .extracting(right -> right.entry().operation())
                .containsOnly(
                        AclOperation.READ, AclOperation.DESCRIBE, AclOperation.DESCRIBE_CONFIGS);
    }

    @Test
    void prefixesEndInADot() {
        assertThat(resources.users())
                .flatExtracting(StrimziResources.User::rights)
                .extracting(AclBinding::pattern)
                .filteredOn(pattern -> pattern.patternType() == PatternType.PREFIXED)
                .allSatisfy(pattern -> assertThat(pattern.name()).endsWith("."));
    }

    private List<AclBinding> writable(String silo, ResourceType type) {
        return rights(silo).stream()
                .filter(right -> right.pattern().resourceType() == type)
                .filter(right -> right.entry().operation() == AclOperation.WRITE)
                .toList();
    }

    private List<AclBinding> rights(String silo) {
        return resources.user("news.silo." + silo).rights();
    }
}
