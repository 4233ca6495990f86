package io.tributary.kafka.client;

import io.tributary.kafka.KafkaConnection;
import io.tributary.kafka.topics.FederationTopics;
import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.round.RoundOutcome;
import io.tributary.schemas.round.RoundPlan;
import io.tributary.schemas.round.RoundStatus;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Follows what happens in a federation: plans and outcomes of rounds, and manifests of versions.
 * Manifests only: whether the chunks they name are there is for {@link ModelReplica} and {@link
 * CompleteVersions} to find out.
 *
 * <p>The newest plan of a model is the last one in the log, whatever its round: a job that lost its
 * state may plan a round again. Records that cannot be decoded are logged and passed over.
 *
 * <p>Not thread-safe.
 */
public final class FederationFollower implements AutoCloseable {

    /**
     * Manifests of a large model are large; who follows one model needs those that an update may
     * have been trained from that is still taken. That is 64 rounds after its own, and a round that
     * overlaps starts two versions back.
     */
    public static final int KEPT = 72;

    private final LogReader reader;
    private final @Nullable String model;
    private final Map<String, NavigableMap<Integer, ModelVersion>> versions = new TreeMap<>();
    private final Map<String, Entry> plans = new TreeMap<>();
    private final Map<String, RoundOutcome> outcomes = new TreeMap<>();
    private final Set<String> closed = new TreeSet<>();
    private final Map<String, Integer> abandoned = new TreeMap<>();

    /** What has been accepted and not handed out yet: a failure may have come between. */
    private final List<Entry> news = new ArrayList<>();

    private FederationFollower(LogReader reader, @Nullable String model) {
        this.reader = reader;
        this.model = model;
    }

    /**
     * Follows everything from the beginning of the log.
     *
     * @throws org.apache.kafka.common.KafkaException if the cluster cannot be reached or the topics
     *     do not exist
     */
    public static FederationFollower all(KafkaConnection connection, FederationTopics topics) {
        return open(connection, topics, null);
    }

    /**
     * Follows one model: its rounds from about its newest plan on, and its newest versions. What a
     * silo needs: it does not read a year of rounds to find the one that is open.
     *
     * @throws org.apache.kafka.common.KafkaException if the cluster cannot be reached or the topics
     *     do not exist
     */
    public static FederationFollower newest(
            KafkaConnection connection, FederationTopics topics, String model) {
        return open(connection, topics, model);
    }

    private static FederationFollower open(
            KafkaConnection connection, FederationTopics topics, @Nullable String model) {
        var reader = LogReader.tailing(connection, topics.federation() + "-follower");
        try {
            var rounds = reader.partitions(topics.rounds());
            var starts =
                    new HashMap<>(reader.beginningOffsets(reader.partitions(topics.versions())));
            starts.putAll(
                    model == null
                            ? reader.beginningOffsets(rounds)
                            : NewestPlan.positions(reader, rounds, model));
            reader.startAt(starts);
            return new FederationFollower(reader, model);
        } catch (RuntimeException e) {
            reader.close();
            throw e;
        }
    }

    /**
     * Reads everything that is in the log now.
     *
     * @return what is new since the last call that did not fail, in the order of each topic
     * @throws org.apache.kafka.common.errors.TimeoutException if that takes too long
     */
    public List<Entry> catchUp(Duration timeout) {
        reader.readUntil(
                reader.endOffsets(reader.assignment()), Deadline.in(timeout), this::accept);
        return takeNews();
    }

    /**
     * Waits for news.
     *
     * @return what is new since the last call that did not fail, possibly nothing, in the order of
     *     each topic
     */
    public List<Entry> poll(Duration timeout) {
        reader.handOn(reader.poll(timeout), this::accept);
        return takeNews();
    }

    private List<Entry> takeNews() {
        var taken = List.copyOf(news);
        news.clear();
        return taken;
    }

    /** The manifest with the highest version number. */
    public Optional<ModelVersion> newestVersion(String model) {
        var known = versions(model);
        return known.isEmpty() ? Optional.empty() : Optional.of(known.lastEntry().getValue());
    }

    public Optional<ModelVersion> version(String model, int version) {
        return Optional.ofNullable(versions(model).get(version));
    }

    /** All manifests of a model by version number; empty if there are none. */
    public NavigableMap<Integer, ModelVersion> versions(String model) {
        var known = versions.get(model);
        return known == null ? new TreeMap<>() : new TreeMap<>(known);
    }

    /** Models that have a version, in name order. */
    public List<String> models() {
        return List.copyOf(versions.keySet());
    }

    public Optional<RoundPlan> newestPlan(String model) {
        return Optional.ofNullable(plans.get(model)).map(entry -> (RoundPlan) entry.record());
    }

    /** The newest plan, unless the log says after it that its round has closed. */
    public Optional<RoundPlan> openPlan(String model) {
        return closed.contains(model) ? Optional.empty() : newestPlan(model);
    }

    /** When the broker appended {@link #newestPlan}, epoch milliseconds; 0 if there is none. */
    public long newestPlanMillis(String model) {
        var entry = plans.get(model);
        return entry == null ? 0 : entry.appendMillis();
    }

    public Optional<RoundOutcome> newestOutcome(String model) {
        return Optional.ofNullable(outcomes.get(model));
    }

    /** Whether the round of this plan, or a later one, has been given up. */
    public boolean isAbandoned(RoundPlan plan) {
        return plan.round() <= abandoned.getOrDefault(plan.model(), 0);
    }

    private void accept(ConsumerRecord<byte[], ByteBuffer> source) {
        var record = reader.decode(source, Record.class);
        if (record instanceof ModelVersion version && isWanted(version.model())) {
            remember(version);
        } else if (record instanceof RoundPlan plan && isWanted(plan.model())) {
            plans.put(plan.model(), new Entry(plan, source.timestamp()));
            closed.remove(plan.model());
        } else if (record instanceof RoundOutcome outcome && isWanted(outcome.model())) {
            outcomes.put(outcome.model(), outcome);
            if (outcome.status() == RoundStatus.ABANDONED) {
                abandoned.merge(outcome.model(), outcome.round(), Math::max);
            }
            if (outcome.status() != RoundStatus.EXTENDED && isNewestPlan(outcome)) {
                closed.add(outcome.model());
            }
        } else {
            return;
        }
        news.add(new Entry(record, source.timestamp()));
    }

    private void remember(ModelVersion version) {
        var known = versions.computeIfAbsent(version.model(), m -> new TreeMap<>());
        known.put(version.version(), version);
        if (model != null && known.size() > KEPT) {
            known.pollFirstEntry();
        }
    }

    private boolean isNewestPlan(RoundOutcome outcome) {
        return newestPlan(outcome.model())
                .filter(plan -> plan.round() == outcome.round())
                .isPresent();
    }

    private boolean isWanted(String of) {
        return model == null || model.equals(of);
    }

    @Override
    public void close() {
        reader.close();
    }
}
