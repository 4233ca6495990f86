package io.tributary.cli.doctor;

import static org.apache.kafka.common.acl.AclOperation.READ;
import static org.apache.kafka.common.acl.AclOperation.WRITE;

import io.tributary.kafka.topics.FederationTopics;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.kafka.common.acl.AclOperation;
import org.jspecify.annotations.Nullable;

/**
 * What a role cannot do without, and what it has no use for.
 *
 * @param who the role, for people
 * @param rights on topics
 * @param transactionalIds beginnings of those that it writes with, each with a dot at its end
 * @param group for which it commits offsets; null if for none
 * @param watchedGroup whose offsets it looks at; null if at none's
 * @param foreign topics of which it needs no more than {@code rights} says
 * @param strangers beginnings of transactional ids, and topics, that would be another's
 */
record RoleNeeds(
        String who,
        List<Right> rights,
        List<String> transactionalIds,
        @Nullable String group,
        @Nullable String watchedGroup,
        List<String> foreign,
        Strangers strangers) {

    /** A right on a topic. */
    record Right(String topic, AclOperation operation) {}

    /** What a caller of this role must not reach. */
    record Strangers(List<String> transactionalIds, List<String> topics) {}

    private static final Strangers NONE = new Strangers(List.of(), List.of());

    /** What nobody is called. */
    private static final String NOBODY = "doctor";

    /**
     * @param jobName the job's group, and prefix of its transactional ids
     * @param updates the update topics that there are
     */
    static RoleNeeds job(FederationTopics topics, String jobName, Collection<String> updates) {
        var rights = new ArrayList<Right>();
        add(rights, READ, updates);
        add(rights, READ, versions(topics));
        add(rights, READ, List.of(topics.rounds(), topics.control()));
        add(
                rights,
                WRITE,
                List.of(topics.rounds(), topics.models(), topics.versions(), topics.rejected()));
        return new RoleNeeds(
                "the job",
                rights,
                List.of(jobName + "."),
                jobName,
                null,
                List.copyOf(updates),
                NONE);
    }

    /**
     * @param updates the update topics that the caller can see
     */
    static RoleNeeds silo(FederationTopics topics, String silo, Collection<String> updates) {
        var own = topics.updates(silo);
        var rights = new ArrayList<Right>();
        add(rights, READ, List.of(own, topics.rounds()));
        add(rights, READ, versions(topics));
        add(rights, WRITE, List.of(own));
        var foreign = new ArrayList<>(updates);
        foreign.remove(own);
        foreign.addAll(shared(topics));
        // Whose names begin with this silo's: what a prefix would let through.
        var neighbour = silo + "-" + NOBODY;
        return new RoleNeeds(
                "silo " + silo,
                rights,
                List.of("%s.%s.".formatted(topics.federation(), silo)),
                null,
                null,
                foreign,
                new Strangers(
                        List.of("%s.%s.".formatted(topics.federation(), neighbour)),
                        List.of(topics.updates(neighbour))));
    }

    static RoleNeeds operator(FederationTopics topics, Collection<String> updates) {
        var rights = new ArrayList<Right>();
        add(rights, READ, updates);
        add(rights, READ, versions(topics));
        add(rights, READ, List.of(topics.rounds(), topics.control(), topics.rejected()));
        add(rights, WRITE, List.of(topics.control(), topics.genesis(), topics.versions()));
        return new RoleNeeds(
                "an operator",
                rights,
                List.of("%s.genesis.".formatted(topics.federation())),
                null,
                null,
                List.copyOf(updates),
                NONE);
    }

    /**
     * @param jobName the job's group
     */
    static RoleNeeds monitor(FederationTopics topics, String jobName, Collection<String> updates) {
        var rights = new ArrayList<Right>();
        add(rights, READ, updates);
        add(rights, READ, versions(topics));
        add(rights, READ, List.of(topics.rounds(), topics.control(), topics.rejected()));
        var foreign = new ArrayList<>(updates);
        foreign.addAll(shared(topics));
        return new RoleNeeds("a monitor", rights, List.of(), null, jobName, foreign, NONE);
    }

    /** A transactional id that begins so, and that nobody uses. */
    static String unused(String beginning) {
        return beginning + NOBODY;
    }

    /** All topics that have to be asked about. */
    List<String> topics() {
        var names = new ArrayList<String>();
        rights.forEach(right -> names.add(right.topic()));
        names.addAll(foreign);
        names.addAll(strangers.topics());
        return names.stream().distinct().toList();
    }

    boolean needs(String topic, AclOperation operation) {
        return rights.contains(new Right(topic, operation));
    }

    private static List<String> versions(FederationTopics topics) {
        return List.of(topics.models(), topics.versions(), topics.genesis());
    }

    private static List<String> shared(FederationTopics topics) {
        return List.of(
                topics.rounds(),
                topics.models(),
                topics.versions(),
                topics.genesis(),
                topics.control(),
                topics.rejected());
    }

    private static void add(List<Right> rights, AclOperation operation, Collection<String> topics) {
        topics.forEach(topic -> rights.add(new Right(topic, operation)));
    }
}
