package io.tributary.cli.watch;

import io.tributary.kafka.KafkaConnection;
import io.tributary.kafka.client.ControlAudit;
import io.tributary.kafka.client.LogReader;
import io.tributary.kafka.client.TopicMeter;
import io.tributary.kafka.topics.FederationTopics;
import io.tributary.kafka.topics.TopicAdmin;
import io.tributary.schemas.control.CommandRecord;
import io.tributary.schemas.control.ControlCommand;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Watches a federation from outside: reads what is committed in its topics, and needs no right but
 * to read. Silos that join later are found within {@link #DISCOVERY}.
 *
 * <p>Not thread-safe.
 */
public final class FederationObserver implements AutoCloseable {

    /** How often to look for silos that are new. */
    static final Duration DISCOVERY = Duration.ofSeconds(2);

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final KafkaConnection connection;
    private final FederationTopics topics;
    private final Clock clock;
    private final long tail;
    private final TopicAdmin admin;
    private final LogReader reader;
    private final FederationView view;
    private final Map<TopicPartition, Long> starts = new HashMap<>();
    private final TreeSet<String> silos = new TreeSet<>();
    private final TreeSet<String> updates = new TreeSet<>();
    private @Nullable TopicMeter meter;
    private long nextDiscoveryMillis;
    private long contactMillis;

    private FederationObserver(
            KafkaConnection connection, FederationTopics topics, Clock clock, long tail) {
        this.connection = connection;
        this.topics = topics;
        this.clock = clock;
        this.tail = tail;
        this.view = new FederationView(topics.federation());
        this.reader = LogReader.tailing(connection, topics.federation() + "-observer");
        this.admin = new TopicAdmin(connection, Duration.ofSeconds(15));
    }

    /**
     * Watches from the beginning of the log on.
     *
     * @param clock for what depends on the time of day: how long ago something was
     * @throws org.apache.kafka.common.KafkaException if the cluster cannot be reached or the
     *     federation's topics do not exist
     */
    public static FederationObserver all(
            KafkaConnection connection, FederationTopics topics, Clock clock) {
        return open(connection, topics, clock, Long.MAX_VALUE);
    }

    /**
     * Watches from near the end of the log on: enough for how things are, without reading a year of
     * how they were.
     *
     * @param records how far back, in records of each partition
     * @throws org.apache.kafka.common.KafkaException if the cluster cannot be reached or the
     *     federation's topics do not exist
     */
    public static FederationObserver recent(
            KafkaConnection connection, FederationTopics topics, Clock clock, int records) {
        return open(connection, topics, clock, records);
    }

    private static FederationObserver open(
            KafkaConnection connection, FederationTopics topics, Clock clock, long tail) {
        var observer = new FederationObserver(connection, topics, clock, tail);
        try {
            observer.add(observer.reader.partitions(topics.rounds()));
            observer.add(observer.reader.partitions(topics.versions()));
            observer.add(observer.reader.partitions(topics.rejected()));
            observer.addControl();
            observer.discover();
            return observer;
        } catch (RuntimeException e) {
            observer.close();
            throw e;
        }
    }

    /** Waits for news, at most this long. */
    public void poll(Duration timeout) {
        if (clock.millis() >= nextDiscoveryMillis) {
            discover();
        }
        reader.handOn(reader.poll(timeout), this::accept);
    }

    /**
     * Reads everything that is in the log now.
     *
     * @throws TimeoutException if that takes too long
     */
    public void catchUp(Duration timeout) {
        discover();
        var ends = reader.endOffsets(starts.keySet());
        long startNanos = System.nanoTime();
        while (!reader.hasReached(ends)) {
            if (System.nanoTime() - startNanos > timeout.toNanos()) {
                throw new TimeoutException(
                        "could not read the topics of federation %s to their end within %s ms; is the cluster reachable?"
                                .formatted(topics.federation(), timeout.toMillis()));
            }
            reader.handOn(reader.poll(Duration.ofMillis(100)), this::accept);
        }
    }

    /** When the cluster last answered a question, epoch milliseconds; silence is no answer. */
    public long contactMillis() {
        return contactMillis;
    }

    /** Models that have a version or a plan, in name order. */
    public List<String> models() {
        return view.models();
    }

    /** What has been read so far about a model. */
    public FederationSnapshot snapshot(String model) {
        return view.snapshot(model, clock.millis());
    }

    /**
     * What each round in the log has moved until now. Reads all updates and model chunks that are
     * new since the last call, only to see how large they are. Counts the updates and chunks of all
     * models.
     *
     * @param model whose plans say how many silos read a version
     * @return by round
     * @throws TimeoutException if that takes too long
     */
    public NavigableMap<Integer, Traffic> traffic(String model, Duration timeout) {
        if (meter == null) {
            meter = TopicMeter.open(connection, topics.federation() + "-traffic");
        }
        meter.advance(List.copyOf(updates), p -> p != FederationTopics.PRESENCE_PARTITION, timeout);
        meter.advance(List.of(topics.models()), timeout);
        var traffic = new TreeMap<Integer, Traffic>();
        for (var round : snapshot(model).rounds()) {
            long up = 0;
            for (var topic : updates) {
                up += meter.bytes(topic, round.round());
            }
            long readers = round.plan() == null ? 0 : round.plan().silos().size();
            long down = readers * meter.bytes(topics.models(), round.round());
            traffic.put(round.round(), new Traffic(up, down));
        }
        return Collections.unmodifiableNavigableMap(traffic);
    }

    private void discover() {
        nextDiscoveryMillis = clock.millis() + DISCOVERY.toMillis();
        admin.updateTopics(topics).forEach(this::discover);
    }

    private void discover(String silo, List<String> names) {
        if (silos.add(silo)) {
            view.accept(silo);
        }
        for (var name : names) {
            if (updates.add(name)) {
                add(List.of(new TopicPartition(name, FederationTopics.PRESENCE_PARTITION)));
            }
        }
        contactMillis = clock.millis();
    }

    /**
     * Reads all that operators have ever asked for: it is little, and may still hold. Answers from
     * before the part of the rounds topic that is read are looked up.
     */
    private void addControl() {
        add(reader.partitions(topics.control()), Long.MAX_VALUE);
        if (tail == Long.MAX_VALUE) {
            return;
        }
        for (var command : new ControlAudit(connection, topics, PATIENCE).commands()) {
            if (command.answer() != null) {
                view.accept(command.answer(), 0);
            }
        }
    }

    private void add(List<TopicPartition> partitions) {
        add(partitions, tail);
    }

    /** Reads these too, and goes on in the others where it was. */
    private void add(List<TopicPartition> partitions, long tail) {
        starts.replaceAll((partition, start) -> reader.position(partition));
        var ends = reader.endOffsets(partitions);
        reader.beginningOffsets(partitions)
                .forEach(
                        (partition, beginning) ->
                                starts.put(
                                        partition,
                                        Math.max(beginning, ends.get(partition) - tail)));
        reader.startAt(starts);
    }

    private void accept(ConsumerRecord<byte[], ByteBuffer> source) {
        var record = reader.decode(source, Record.class);
        if (record == null) {
            return;
        }
        topics.siloOf(source.topic())
                .ifPresentOrElse(
                        silo -> view.accept(silo, record, source.timestamp()),
                        () -> view.accept(placed(record, source), source.timestamp()));
    }

    /** A command is known by its place. */
    private static Record placed(Record record, ConsumerRecord<byte[], ByteBuffer> source) {
        return record instanceof ControlCommand command
                ? new CommandRecord(source.offset(), source.timestamp(), command)
                : record;
    }

    @Override
    public void close() {
        if (meter != null) {
            meter.close();
        }
        reader.close();
        admin.close();
    }
}
