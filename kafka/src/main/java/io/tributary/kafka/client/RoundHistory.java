package io.tributary.kafka.client;

import io.tributary.kafka.KafkaConnection;
import io.tributary.kafka.topics.FederationTopics;
import io.tributary.schemas.model.CohortMember;
import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.round.RoundPlan;
import io.tributary.schemas.round.RoundWeights;
import io.tributary.schemas.update.UpdateId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How versions of one model came to be: their manifests and what the rounds topic says of them.
 * Keeps only what is asked for.
 *
 * @param connection the cluster
 * @param topics the federation
 * @param model name of the model line
 * @param timeout how long reading the log may take
 */
public record RoundHistory(
        KafkaConnection connection, FederationTopics topics, String model, Duration timeout) {

    /** All manifests by number; the newest where a version was published twice. */
    public NavigableMap<Integer, ModelVersion> versions() {
        return versions(0, Integer.MAX_VALUE);
    }

    /**
     * The manifests of a range of versions that are there, by number; the newest where a version
     * was published twice. Reads the topic once.
     *
     * @param first first version
     * @param last last version
     */
    public NavigableMap<Integer, ModelVersion> versions(int first, int last) {
        var found = new TreeMap<Integer, ModelVersion>();
        read(
                topics.versions(),
                ModelVersion.class,
                version -> {
                    if (version.model().equals(model)
                            && version.version() >= first
                            && version.version() <= last) {
                        found.put(version.version(), version);
                    }
                });
        return found;
    }

    /** The newest plan of a round; empty if none is on the log. */
    public Optional<RoundPlan> newestPlan(int round) {
        return Optional.ofNullable(rounds(Set.of(round)).get(round)).map(Round::plan);
    }

    /**
     * A round as far as the rounds topic knows it.
     *
     * @param plan its newest plan
     * @param weights all that was ever said about its cohort, in log order; empty for a rule that
     *     folds
     */
    public record Round(RoundPlan plan, List<RoundWeights> weights) {

        public Round {
            weights = List.copyOf(weights);
        }

        /**
         * The uploads that a version of this round contains.
         *
         * @return null if the rounds topic does not say
         */
        public @Nullable List<UpdateId> uploads(ModelVersion version) {
            var silos = version.cohort().stream().map(CohortMember::silo).toList();
            var attempts = version.cohort().stream().map(CohortMember::attempt).toList();
            List<UpdateId> newest = null;
            for (var weighed : weights) {
                boolean ofThisCohort =
                        weighed.silos().equals(silos)
                                && weighed.uploads().stream()
                                        .map(UpdateId::attempt)
                                        .toList()
                                        .equals(attempts);
                newest = ofThisCohort ? weighed.uploads() : newest;
            }
            return newest;
        }
    }

    /**
     * Those of some rounds whose plans are there, by number. Reads the topic once.
     *
     * @param wanted their numbers
     */
    public Map<Integer, Round> rounds(Set<Integer> wanted) {
        var plans = new TreeMap<Integer, RoundPlan>();
        var weights = new TreeMap<Integer, List<RoundWeights>>();
        read(
                topics.rounds(),
                Record.class,
                entry -> {
                    if (entry instanceof RoundPlan plan
                            && isWanted(plan.model(), plan.round(), wanted)) {
                        plans.put(plan.round(), plan);
                    } else if (entry instanceof RoundWeights weighed
                            && isWanted(weighed.model(), weighed.round(), wanted)) {
                        weights.computeIfAbsent(weighed.round(), r -> new ArrayList<>())
                                .add(weighed);
                    }
                });
        var rounds = new TreeMap<Integer, Round>();
        plans.forEach(
                (number, plan) ->
                        rounds.put(
                                number, new Round(plan, weights.getOrDefault(number, List.of()))));
        return rounds;
    }

    private boolean isWanted(String of, int round, Set<Integer> wanted) {
        return of.equals(model) && wanted.contains(round);
    }

    private <T extends Record> void read(String topic, Class<T> type, Consumer<T> receiver) {
        try (var reader = LogReader.scanning(connection, topics.federation() + "-history")) {
            var partitions = reader.partitions(topic);
            var ends = reader.endOffsets(partitions);
            reader.startAt(reader.beginningOffsets(partitions));
            reader.readUntil(
                    ends,
                    Deadline.in(timeout),
                    record -> {
                        var decoded = reader.decode(record, type);
                        if (decoded != null) {
                            receiver.accept(decoded);
                        }
                    });
        }
    }
}
