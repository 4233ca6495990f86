package io.tributary.kafka.topics;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The topic names of one federation.
 *
 * <p>A federation name has no dot, so that the part before the last {@code <f>.updates.<silo>} of a
 * name can only be the alias under which MirrorMaker copied the topic from another cluster.
 *
 * <p>A region behind a relay is a federation with a parent: its silos have their updates, rounds,
 * commands and rejections to themselves, and take the parent's versions.
 *
 * @param federation {@code [a-z0-9-]}, 1 to 63 characters
 * @param parent whose versions its silos take: its own name, unless it is a region
 */
public record FederationTopics(String federation, String parent) implements Serializable {

    private static final Pattern NAME = Pattern.compile("[a-z0-9-]{1,63}");

    /** The partition of an update topic that carries presence and evaluations. */
    public static final int PRESENCE_PARTITION = 0;

    /** The partition of an update topic that carries the manifest, and chunk 0. */
    public static final int MANIFEST_PARTITION = 1;

    public FederationTopics {
        checkFederation(federation);
        checkFederation(parent);
    }

    /** A federation that makes its own versions. */
    public FederationTopics(String federation) {
        this(federation, federation);
    }

    private static void checkFederation(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "federation name '%s' must be 1 to 63 characters of [a-z0-9-]".formatted(name));
        }
    }

    /** Whether its versions are another federation's. */
    public boolean isRegion() {
        return !parent.equals(federation);
    }

    /**
     * The topic that only this silo may write to.
     *
     * @throws IllegalArgumentException if the id is not a silo id
     */
    public String updates(String silo) {
        return federation + ".updates." + checkSilo(silo);
    }

    /** Plans, weights and outcomes of rounds. */
    public String rounds() {
        return federation + ".rounds";
    }

    /** Chunks of the versions the job makes. */
    public String models() {
        return parent + ".models";
    }

    /** Version manifests. */
    public String versions() {
        return parent + ".versions";
    }

    /** Chunks of versions that were given, not made. */
    public String genesis() {
        return parent + ".genesis";
    }

    /** Operator commands. */
    public String control() {
        return federation + ".control";
    }

    /** Why updates were not used. */
    public String rejected() {
        return federation + ".rejected";
    }

    /** Matches the update topics of all silos, here or mirrored from another cluster. */
    public Pattern updatesPattern() {
        return Pattern.compile(
                "(?:[A-Za-z0-9_-]+\\.)*"
                        + Pattern.quote(federation + ".updates.")
                        + "([a-z0-9-]{1,63})");
    }

    /**
     * The silo whose update topic this is.
     *
     * @return empty if it is not an update topic of this federation
     */
    public Optional<String> siloOf(String topic) {
        var matcher = updatesPattern().matcher(topic);
        return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    /**
     * Update topics of this federation by the silo whose they are, here or mirrored from another
     * cluster.
     *
     * @param names those of any topics
     * @return in silo-id order; of each silo its own topic first, the others in name order
     */
    public SortedMap<String, List<String>> bySilo(Collection<String> names) {
        var found = new TreeMap<String, List<String>>();
        for (var name : names) {
            siloOf(name)
                    .ifPresent(
                            silo ->
                                    found.computeIfAbsent(silo, key -> new ArrayList<>())
                                            .add(name));
        }
        found.forEach(
                (silo, own) ->
                        own.sort(
                                Comparator.comparing((String name) -> !name.equals(updates(silo)))
                                        .thenComparing(Comparator.naturalOrder())));
        return found;
    }

    /**
     * The name of a model's job on its cluster, of a relay for a region: consumer group, and prefix
     * of its transactional ids.
     */
    public String job(String model) {
        return "%s.%s.%s".formatted(federation, model, isRegion() ? "relay" : "aggregation");
    }

    /**
     * Whether a topic belongs to this federation, be it mirrored from another cluster; to a region
     * also belong those that all silos of its parent share.
     */
    public boolean isOwn(String topic) {
        boolean shared = topic.startsWith(parent + ".") && !topic.startsWith(parent + ".updates.");
        return shared || topic.startsWith(federation + ".") || siloOf(topic).isPresent();
    }

    /**
     * Whether this is a silo's id, or the name of an update topic of whatever federation: an origin
     * that is not to be trusted.
     */
    public static boolean isSiloOrItsTopic(String origin) {
        return origin.indexOf('.') < 0 || origin.contains(".updates.");
    }

    /** The partition of an update topic with {@code chunkPartitions + 1} partitions for a chunk. */
    public static int updatePartition(int chunk, int chunkPartitions) {
        return MANIFEST_PARTITION + chunk % chunkPartitions;
    }

    /**
     * Checks a silo id.
     *
     * @return the id
     * @throws IllegalArgumentException if it is not 1 to 63 characters of {@code [a-z0-9-]}
     */
    public static String checkSilo(String silo) {
        if (!NAME.matcher(silo).matches()) {
            throw new IllegalArgumentException(
                    "silo id '%s' must be 1 to 63 characters of [a-z0-9-]".formatted(silo));
        }
        return silo;
    }

    /**
     * Checks the name of a model line.
     *
     * @return the name
     * @throws IllegalArgumentException if it is not 1 to 63 characters of {@code [a-z0-9-]}
     */
    public static String checkModel(String model) {
        if (!NAME.matcher(model).matches()) {
            throw new IllegalArgumentException(
                    "model name '%s' must be 1 to 63 characters of [a-z0-9-]".formatted(model));
        }
        return model;
    }
}
