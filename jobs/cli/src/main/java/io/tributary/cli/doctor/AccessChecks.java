package io.tributary.cli.doctor;

import static org.apache.kafka.common.acl.AclOperation.ALTER;
import static org.apache.kafka.common.acl.AclOperation.CREATE;
import static org.apache.kafka.common.acl.AclOperation.READ;
import static org.apache.kafka.common.acl.AclOperation.WRITE;

import io.tributary.aggregation.JobSettings;
import io.tributary.aggregation.check.Finding;
import io.tributary.kafka.cluster.AccessReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.common.acl.AclOperation;

/**
 * Whether the caller may do what its role needs, and whether a silo or a monitor may do more. That
 * is asked of the brokers and decided by them; no access rule is read.
 */
public final class AccessChecks {

    private static final String CHECK = "access";

    private final Role role;
    private final RoleNeeds needs;
    private final AccessFacts facts;
    private final List<Finding> findings = new ArrayList<>();

    private AccessChecks(Role role, RoleNeeds needs, AccessFacts facts) {
        this.role = role;
        this.needs = needs;
        this.facts = facts;
    }

    /**
     * Asks the cluster and compares.
     *
     * @param job which federation, where, and what the job is called there
     * @param silo the silo's id; of other roles it does not matter
     * @param found the topics that the caller can see
     * @param timeout how long one request may take
     * @throws org.apache.kafka.common.KafkaException if the cluster cannot be asked
     */
    public static List<Finding> of(
            Role role, JobSettings job, String silo, Collection<String> found, Duration timeout) {
        var topics = job.topics();
        var updates = found.stream().filter(name -> topics.siloOf(name).isPresent()).toList();
        var needs =
                switch (role) {
                    case JOB -> RoleNeeds.job(topics, job.name(), updates);
                    case SILO -> RoleNeeds.silo(topics, silo, updates);
                    case OPERATOR -> RoleNeeds.operator(topics, updates);
                    case MONITOR -> RoleNeeds.monitor(topics, job.name(), updates);
                };
        try (var reader = new AccessReader(job.connection(), timeout)) {
            return of(role, needs, AccessFacts.read(reader, needs));
        }
    }

    static List<Finding> of(Role role, RoleNeeds needs, AccessFacts facts) {
        if (!facts.secured()) {
            return List.of(
                    Finding.warning(
                            CHECK,
                            "the brokers have no authorizer: whoever reaches them may read every"
                                    + " update and write as any silo",
                            "set authorizer.class.name on every broker, and give each silo a"
                                    + " principal of its own"));
        }
        var checks = new AccessChecks(role, needs, facts);
        checks.topics();
        checks.transactions();
        checks.groups();
        checks.cluster();
        if (checks.findings.isEmpty()) {
            checks.findings.add(Finding.ok(CHECK, checks.enough()));
        }
        checks.tooMuch();
        return checks.findings;
    }

    private String enough() {
        var text = new StringBuilder(needs.who()).append(" may do all that it needs: ");
        text.append(needs.rights().size()).append(" rights on topics");
        if (!needs.transactionalIds().isEmpty()) {
            text.append(", transactional ids ").append(needs.transactionalIds().get(0)).append("*");
        }
        var group = needs.group() == null ? needs.watchedGroup() : needs.group();
        if (group != null) {
            text.append(", group ").append(group);
        }
        return text.append(" (quotas, and access from other hosts, cannot be asked for)")
                .toString();
    }

    private void topics() {
        for (var right : needs.rights()) {
            if (!facts.may(right.topic(), right.operation()) && isThere(right.topic())) {
                var operation = word(right.operation());
                findings.add(
                        Finding.problem(
                                CHECK,
                                "%s may not %s %s"
                                        .formatted(
                                                needs.who(),
                                                right.operation() == READ ? "read" : "write to",
                                                right.topic()),
                                give(operation, "--topic " + right.topic())));
            }
        }
    }

    /** One that is missing is told among the topics; one that is hidden may be there. */
    private boolean isThere(String topic) {
        var access = facts.topics().get(topic);
        return access == null || access.exists() || access.hidden();
    }

    private void transactions() {
        for (var id : needs.transactionalIds()) {
            if (!facts.mayTransact(id)) {
                findings.add(
                        Finding.problem(
                                CHECK,
                                "%s may not write with transactional ids that begin with %s"
                                        .formatted(needs.who(), id),
                                give(
                                        "Write",
                                        "--transactional-id %s --resource-pattern-type prefixed"
                                                .formatted(id))));
            }
        }
    }

    private void groups() {
        if (!facts.mayCommit()) {
            findings.add(
                    Finding.warning(
                            CHECK,
                            "%s may not commit offsets of group %s: lag monitors see nothing of it"
                                    .formatted(needs.who(), needs.group()),
                            give("Read", "--group " + needs.group())));
        }
        if (!facts.maySeeOffsets()) {
            findings.add(
                    Finding.warning(
                            CHECK,
                            "%s may not see the offsets of group %s: the job's lag stays unknown"
                                    .formatted(needs.who(), needs.watchedGroup()),
                            give("Describe", "--group " + needs.watchedGroup())));
        }
    }

    private void cluster() {
        if (role == Role.OPERATOR && !facts.cluster().contains(CREATE)) {
            findings.add(
                    Finding.warning(
                            CHECK,
                            "an operator may not create topics by the cluster's rights; rights to"
                                    + " create single names cannot be asked for",
                            give("Create", "--cluster")));
        }
    }

    private void tooMuch() {
        if (role != Role.SILO && role != Role.MONITOR) {
            return;
        }
        for (var topic : needs.foreign()) {
            excess(topic, READ, "read");
            excess(topic, WRITE, "write to");
        }
        for (var topic : needs.strangers().topics()) {
            var access = facts.topics().get(topic);
            if (access != null && !access.hidden()) {
                tooMuch(
                        "may see topics like %s: its rights are given by a prefix".formatted(topic),
                        "give them by literal names: kafka-acls --resource-pattern-type literal");
            }
        }
        for (var id : needs.strangers().transactionalIds()) {
            if (facts.mayTransact(id)) {
                tooMuch(
                        "may write with transactional ids like %s*: it could shut out others"
                                .formatted(id),
                        "give it the prefix with the dot behind its own name alone");
            }
        }
        for (var operation : List.of(CREATE, ALTER)) {
            if (facts.cluster().contains(operation)) {
                tooMuch(
                        "may %s what is the cluster's"
                                .formatted(word(operation).toLowerCase(Locale.ROOT)),
                        "take it away with kafka-acls --remove --allow-principal User:NAME --operation %s --cluster"
                                .formatted(word(operation)));
            }
        }
    }

    private void excess(String topic, AclOperation operation, String verb) {
        if (!needs.needs(topic, operation) && facts.may(topic, operation)) {
            tooMuch(
                    "may %s %s".formatted(verb, topic),
                    "take it away with kafka-acls --remove --allow-principal User:NAME --operation %s --topic %s"
                            .formatted(word(operation), topic));
        }
    }

    private void tooMuch(String what, String remedy) {
        findings.add(
                Finding.warning(
                        CHECK,
                        "%s %s, which it has no use for".formatted(needs.who(), what),
                        remedy));
    }

    private static String give(String operation, String resource) {
        return "give the right with kafka-acls --add --allow-principal User:NAME --operation %s %s"
                .formatted(operation, resource);
    }

    private static String word(AclOperation operation) {
        var name = operation.name();
        return name.charAt(0) + name.substring(1).toLowerCase(Locale.ROOT);
    }
}
