package io.tributary.kafka.transactions;

import io.tributary.kafka.Answer;
import io.tributary.kafka.KafkaConnection;
import io.tributary.kafka.topics.FederationTopics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.AbortTransactionSpec;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTransactionsResult;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TransactionalIdNotFoundException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/**
 * Finds the transactions that keep readers of a federation's topics waiting, and ends them.
 *
 * <p>A reader of committed records stops at the first record of the oldest open transaction of a
 * partition, whoever wrote what is behind it. Its producer ends a transaction, or the next producer
 * of the same id, or the broker after the transaction's timeout, or {@link #abort}.
 */
public final class TransactionAdmin implements AutoCloseable {

    private static final Set<TransactionState> OPEN =
            Set.of(
                    TransactionState.ONGOING,
                    TransactionState.PREPARE_COMMIT,
                    TransactionState.PREPARE_ABORT,
                    TransactionState.PREPARE_EPOCH_FENCE);

    private static final Comparator<TopicPartition> BY_NAME =
            Comparator.comparing(TopicPartition::topic).thenComparing(TopicPartition::partition);

    private final Admin admin;
    private final FederationTopics topics;
    private final Duration timeout;

    /**
     * @param topics the federation; a region's own topics only, for its parent's transactions are
     *     not its to end
     * @param timeout how long one request to the cluster may take
     */
    public TransactionAdmin(KafkaConnection connection, FederationTopics topics, Duration timeout) {
        this.admin = Admin.create(connection.adminConfig(timeout));
        this.topics = new FederationTopics(topics.federation());
        this.timeout = timeout;
    }

    /**
     * The open transactions on the federation's topics, whoever wrote them, the oldest first.
     *
     * @throws UnknownTopicOrPartitionException if the federation has no topics
     * @throws KafkaException if the cluster cannot be asked, or refuses
     */
    public List<OpenTransaction> open() {
        var partitions = partitions();
        if (partitions.isEmpty()) {
            throw new UnknownTopicOrPartitionException(
                    "federation %s has no topics; create them first, with 'tributary topics create'"
                            .formatted(topics.federation()));
        }
        // In this order: what is on the log and not known afterwards, has ended meanwhile or hangs.
        var before = producers(partitions);
        var known = known();
        var offsets = offsets(partitions);
        var found = new ArrayList<OpenTransaction>();
        var knownProducers = new HashSet<Long>();
        known.forEach(
                (id, transaction) -> {
                    knownProducers.add(transaction.producerId());
                    var held = intersection(transaction.topicPartitions(), partitions);
                    if (!held.isEmpty()) {
                        found.add(described(id, transaction, held, before, offsets));
                    }
                });
        found.addAll(hanging(before, knownProducers, offsets));
        found.sort(Comparator.comparing(OpenTransaction::started));
        return found;
    }

    /**
     * Aborts a transaction, and returns when its partitions are free of it. Its producer is shut
     * out: if it lives, its next request fails.
     *
     * @return false if it had ended by itself
     * @throws TimeoutException if it was aborted and its partitions are still not free
     * @throws KafkaException if the cluster refuses: it asks for the right to write with the
     *     transactional id, and for one that hangs, to alter the cluster
     */
    public boolean abort(OpenTransaction transaction) {
        var id = transaction.transactionalId();
        if (id == null) {
            if (!abortHanging(transaction)) {
                return false;
            }
        } else {
            if (!isStillOpen(id, transaction)) {
                return false;
            }
            // A new epoch for its id: the coordinator aborts what is open on all partitions, and
            // goes on knowing the truth. A marker written past it, by Admin.abortTransaction,
            // would free one partition and leave the coordinator with a transaction to commit.
            Answer.to("abort " + id, admin.fenceProducers(List.of(id)).all());
        }
        awaitFree(transaction);
        return true;
    }

    private boolean isStillOpen(String id, OpenTransaction transaction) {
        var now = description(id, admin.describeTransactions(List.of(id)));
        return now != null
                && OPEN.contains(now.state())
                && now.producerId() == transaction.producerId()
                && now.transactionStartTimeMs().orElse(-1) == transaction.started().toEpochMilli();
    }

    /** False if it is open on none of its partitions any more. */
    private boolean abortHanging(OpenTransaction transaction) {
        var held =
                transaction.partitions().stream()
                        .collect(
                                Collectors.toMap(
                                        TransactionAdmin::partition, HeldPartition::firstOffset));
        var open = new HashMap<TopicPartition, ProducerState>();
        producers(held.keySet())
                .forEach(
                        (partition, producers) -> {
                            var producer = producers.get(transaction.producerId());
                            if (producer != null && firstOffset(producer) == held.get(partition)) {
                                open.put(partition, producer);
                            }
                        });
        open.forEach(this::abortHanging);
        return !open.isEmpty();
    }

    private void abortHanging(TopicPartition partition, ProducerState producer) {
        var spec =
                new AbortTransactionSpec(
                        partition,
                        producer.producerId(),
                        (short) producer.producerEpoch(),
                        producer.coordinatorEpoch().orElse(0));
        Answer.to(
                "abort the transaction of producer %s on %s"
                        .formatted(producer.producerId(), partition),
                admin.abortTransaction(spec).all());
    }

    private void awaitFree(OpenTransaction transaction) {
        var held = transaction.partitions().stream().filter(p -> p.firstOffset() >= 0).toList();
        var partitions = held.stream().map(TransactionAdmin::partition).toList();
        long start = System.nanoTime();
        while (producers(partitions).entrySet().stream()
                .anyMatch(
                        e ->
                                isOpen(
                                        e.getValue().get(transaction.producerId()),
                                        e.getKey(),
                                        held))) {
            if (System.nanoTime() - start > timeout.toNanos()) {
                throw new TimeoutException(
                        "%s was aborted, but readers of %s still wait after %s"
                                .formatted(transaction.name(), partitions, timeout));
            }
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }

    private static boolean isOpen(
            @Nullable ProducerState producer, TopicPartition partition, List<HeldPartition> held) {
        return producer != null
                && held.stream()
                        .anyMatch(
                                p ->
                                        partition(p).equals(partition)
                                                && p.firstOffset() == firstOffset(producer));
    }

    private OpenTransaction described(
            String id,
            TransactionDescription transaction,
            List<TopicPartition> held,
            Map<TopicPartition, Map<Long, ProducerState>> producers,
            Map<TopicPartition, Offsets> offsets) {
        var states = new TreeMap<TopicPartition, @Nullable ProducerState>(BY_NAME);
        held.forEach(p -> states.put(p, producers.get(p).get(transaction.producerId())));
        var started = Instant.ofEpochMilli(transaction.transactionStartTimeMs().orElse(0));
        return new OpenTransaction(
                id,
                TransactionOwner.of(topics, id),
                transaction.producerId(),
                transaction.state() == TransactionState.ONGOING
                        ? OpenTransaction.State.ONGOING
                        : OpenTransaction.State.ENDING,
                started,
                lastWritten(states.values(), started),
                Duration.ofMillis(transaction.transactionTimeoutMs()),
                heldPartitions(states, offsets));
    }

    /** What is open on the log, was unknown to every coordinator, and is open still. */
    private List<OpenTransaction> hanging(
            Map<TopicPartition, Map<Long, ProducerState>> before,
            Set<Long> known,
            Map<TopicPartition, Offsets> offsets) {
        var suspects = new TreeMap<Long, Set<TopicPartition>>();
        before.forEach(
                (partition, producers) ->
                        producers.keySet().stream()
                                .filter(producer -> !known.contains(producer))
                                .forEach(
                                        producer ->
                                                suspects.computeIfAbsent(
                                                                producer, p -> new HashSet<>())
                                                        .add(partition)));
        if (suspects.isEmpty()) {
            return List.of();
        }
        var after =
                producers(
                        suspects.values().stream()
                                .flatMap(Set::stream)
                                .collect(Collectors.toSet()));
        var hanging = new ArrayList<OpenTransaction>();
        suspects.forEach(
                (producer, partitions) -> {
                    var states = new TreeMap<TopicPartition, @Nullable ProducerState>(BY_NAME);
                    for (var partition : partitions) {
                        var first = before.get(partition).get(producer);
                        var then = after.get(partition).get(producer);
                        if (then != null && firstOffset(then) == firstOffset(first)) {
                            states.put(partition, then);
                        }
                    }
                    if (!states.isEmpty()) {
                        var written = lastWritten(states.values(), Instant.EPOCH);
                        hanging.add(
                                new OpenTransaction(
                                        null,
                                        TransactionOwner.of(topics, null),
                                        producer,
                                        OpenTransaction.State.HANGING,
                                        written,
                                        written,
                                        Duration.ZERO,
                                        heldPartitions(states, offsets)));
                    }
                });
        return hanging;
    }

    private static Instant lastWritten(
            Collection<@Nullable ProducerState> producers, Instant otherwise) {
        return producers.stream()
                .filter(Objects::nonNull)
                .map(producer -> Instant.ofEpochMilli(producer.lastTimestamp()))
                .filter(written -> written.isAfter(otherwise))
                .max(Comparator.naturalOrder())
                .orElse(otherwise);
    }

    private static List<HeldPartition> heldPartitions(
            TreeMap<TopicPartition, @Nullable ProducerState> producers,
            Map<TopicPartition, Offsets> offsets) {
        var held = new ArrayList<HeldPartition>();
        producers.forEach(
                (partition, producer) ->
                        held.add(
                                new HeldPartition(
                                        partition.topic(),
                                        partition.partition(),
                                        producer == null ? -1 : firstOffset(producer),
                                        offsets.get(partition).lastStable(),
                                        offsets.get(partition).end())));
        return held;
    }

    /** How far readers of committed records, and of all records, get. */
    private record Offsets(long lastStable, long end) {}

    private Map<TopicPartition, Offsets> offsets(Set<TopicPartition> partitions) {
        var stable = latest(partitions, IsolationLevel.READ_COMMITTED);
        var end = latest(partitions, IsolationLevel.READ_UNCOMMITTED);
        return partitions.stream()
                .collect(
                        Collectors.toMap(
                                Function.identity(), p -> new Offsets(stable.get(p), end.get(p))));
    }

    private Map<TopicPartition, Long> latest(
            Set<TopicPartition> partitions, IsolationLevel isolation) {
        var asked =
                partitions.stream()
                        .collect(Collectors.toMap(Function.identity(), p -> OffsetSpec.latest()));
        var found = new HashMap<TopicPartition, Long>();
        Answer.to(
                        "ask for the ends of the federation's partitions",
                        admin.listOffsets(asked, new ListOffsetsOptions(isolation)).all())
                .forEach((partition, offset) -> found.put(partition, offset.offset()));
        return found;
    }

    /** Producers with a transaction open on these partitions, by their ids. */
    private Map<TopicPartition, Map<Long, ProducerState>> producers(
            Collection<TopicPartition> partitions) {
        var open = new HashMap<TopicPartition, Map<Long, ProducerState>>();
        Answer.to(
                        "ask for the producers of the federation's partitions",
                        admin.describeProducers(partitions).all())
                .forEach(
                        (partition, state) ->
                                open.put(
                                        partition,
                                        state.activeProducers().stream()
                                                .filter(p -> firstOffset(p) >= 0)
                                                .collect(
                                                        Collectors.toMap(
                                                                ProducerState::producerId,
                                                                Function.identity()))));
        return open;
    }

    private static long firstOffset(ProducerState producer) {
        return producer.currentTransactionStartOffset().orElse(-1);
    }

    /** Every transaction of the cluster that has not ended, by its id. */
    private Map<String, TransactionDescription> known() {
        var listed =
                Answer.to(
                        "list the transactions of the cluster",
                        admin.listTransactions(new ListTransactionsOptions().filterStates(OPEN))
                                .all());
        var ids = listed.stream().map(TransactionListing::transactionalId).toList();
        var described = admin.describeTransactions(ids);
        var known = new TreeMap<String, TransactionDescription>();
        for (var id : ids) {
            var transaction = description(id, described);
            if (transaction != null && OPEN.contains(transaction.state())) {
                known.put(id, transaction);
            }
        }
        return known;
    }

    /** Null if the coordinator does not know it (any more). */
    private static @Nullable TransactionDescription description(
            String id, DescribeTransactionsResult described) {
        try {
            return described.description(id).get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TransactionalIdNotFoundException) {
                return null;
            }
            throw new KafkaException(
                    "cannot describe transaction %s: %s".formatted(id, e.getCause().getMessage()),
                    e.getCause());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    private Set<TopicPartition> partitions() {
        var names =
                Answer.to("list the topics of the cluster", admin.listTopics().names()).stream()
                        .filter(topics::isOwn)
                        .toList();
        var partitions = new HashSet<TopicPartition>();
        Answer.to("describe the federation's topics", admin.describeTopics(names).allTopicNames())
                .forEach(
                        (name, topic) ->
                                topic.partitions()
                                        .forEach(
                                                p ->
                                                        partitions.add(
                                                                new TopicPartition(
                                                                        name, p.partition()))));
        return partitions;
    }

    private static List<TopicPartition> intersection(
            Set<TopicPartition> some, Set<TopicPartition> others) {
        return some.stream().filter(others::contains).toList();
    }

    private static TopicPartition partition(HeldPartition held) {
        return new TopicPartition(held.topic(), held.partition());
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(5));
    }
}
