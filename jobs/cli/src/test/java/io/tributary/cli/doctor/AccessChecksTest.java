package io.tributary.cli.doctor;

import static org.apache.kafka.common.acl.AclOperation.ALTER;
import static org.apache.kafka.common.acl.AclOperation.CREATE;
import static org.apache.kafka.common.acl.AclOperation.READ;
import static org.apache.kafka.common.acl.AclOperation.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.aggregation.check.Finding;
import io.tributary.aggregation.check.Finding.Level;
import io.tributary.kafka.cluster.TopicAccess;
import io.tributary.kafka.topics.FederationTopics;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.acl.AclOperation;
import org.junit.jupiter.api.Test;

class AccessChecksTest {

    private static final FederationTopics TOPICS = new FederationTopics("news");
    private static final List<String> UPDATES = List.of("news.updates.acme", "news.updates.bolt");
    private static final RoleNeeds SILO = RoleNeeds.silo(TOPICS, "acme", UPDATES);

    /** Exactly what the role needs, whichever it is. */
    @Test
    void whoHasWhatItsRoleNeedsIsWell() {
        var needs =
                Map.of(
                        Role.JOB, RoleNeeds.job(TOPICS, "news.main.aggregation", UPDATES),
                        Role.SILO, SILO,
                        Role.MONITOR, RoleNeeds.monitor(TOPICS, "news.main.aggregation", UPDATES),
                        Role.OPERATOR, RoleNeeds.operator(TOPICS, UPDATES));

        needs.forEach(
                (role, needed) ->
                        assertThat(AccessChecks.of(role, needed, exactly(needed, Set.of(CREATE))))
                                .as(role.name())
                                .filteredOn(f -> !f.fact().contains("the cluster's"))
                                .singleElement()
                                .extracting(Finding::level)
                                .isEqualTo(Level.OK));
    }

    /** Whichever right is taken away, exactly one problem names it. */
    @Test
    void everyRightThatIsMissingIsNamed() {
        for (var right : SILO.rights()) {
            var facts = exactly(SILO, Set.of());
            var topics = new HashMap<>(facts.topics());
            topics.computeIfPresent(
                    right.topic(),
                    (name, access) -> new TopicAccess(true, false, without(access, right)));

            var findings =
                    AccessChecks.of(
                            Role.SILO,
                            SILO,
                            new AccessFacts(
                                    true, topics, facts.transactionalIds(), true, true, Set.of()));

            assertThat(findings).hasSize(1);
            assertThat(findings.get(0).level()).isEqualTo(Level.PROBLEM);
            assertThat(findings.get(0).fact()).endsWith(right.topic());
            assertThat(findings.get(0).remedy()).endsWith("--topic " + right.topic());
        }
    }

    private static Set<AclOperation> without(TopicAccess access, RoleNeeds.Right right) {
        var left = EnumSet.copyOf(access.operations());
        left.remove(right.operation());
        return left;
    }

    @Test
    void aSiloThatMayAdministerTheClusterIsWarnedOf() {
        assertThat(AccessChecks.of(Role.SILO, SILO, exactly(SILO, Set.of(CREATE, ALTER))))
                .extracting(Finding::level)
                .containsExactly(Level.OK, Level.WARNING, Level.WARNING);
    }

    @Test
    void withoutAnAuthorizerNothingElseIsSaid() {
        var all = Set.of(READ, WRITE);
        var topics = new HashMap<String, TopicAccess>();
        SILO.topics().forEach(name -> topics.put(name, new TopicAccess(true, false, all)));
        var facts = new AccessFacts(false, topics, Map.of(), true, true, Set.of(ALTER));

        assertThat(AccessChecks.of(Role.SILO, SILO, facts))
                .singleElement()
                .satisfies(
                        finding -> {
                            assertThat(finding.level()).isEqualTo(Level.WARNING);
                            assertThat(finding.fact()).startsWith("the brokers have no authorizer");
                        });
    }

    /** A cluster that gives what is needed, hides the rest, and gives these rights on itself. */
    private static AccessFacts exactly(RoleNeeds needs, Set<AclOperation> cluster) {
        var topics = new HashMap<String, TopicAccess>();
        needs.topics().forEach(name -> topics.put(name, new TopicAccess(false, true, Set.of())));
        for (var right : needs.rights()) {
            var operations = EnumSet.of(right.operation());
            operations.addAll(topics.get(right.topic()).operations());
            topics.put(right.topic(), new TopicAccess(true, false, operations));
        }
        var ids = new HashMap<String, Boolean>();
        needs.transactionalIds().forEach(id -> ids.put(id, true));
        return new AccessFacts(true, topics, ids, true, true, cluster);
    }
}
