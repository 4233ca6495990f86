package io.tributary.kafka.client;

import io.tributary.kafka.KafkaConnection;
import io.tributary.kafka.topics.FederationTopics;
import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.update.UpdateChunk;
import io.tributary.schemas.update.UpdateId;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The updates that a version was made of, found on the log and read chunk by chunk, as often as
 * wanted. Finding them reads them once and keeps no more than offsets; a reading holds one chunk of
 * every update, in whatever order silos have sent theirs.
 *
 * <p>Not thread-safe.
 */
public final class CohortUpdates implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(CohortUpdates.class);

    private final LogReader reader;
    private final Duration timeout;
    private final String model;
    private final List<UploadPlaces> uploads;
    private final int chunks;

    private CohortUpdates(
            LogReader reader,
            Duration timeout,
            String model,
            List<UploadPlaces> uploads,
            int chunks) {
        this.reader = reader;
        this.timeout = timeout;
        this.model = model;
        this.uploads = uploads;
        this.chunks = chunks;
    }

    /**
     * Finds the updates of a version's cohort.
     *
     * @param base the version it was made from: no update of its cohort is older
     * @param known which uploads they are; null if the rounds topic does not say
     * @param timeout how long finding them may take, and how long each chunk may
     * @throws VersionNotOnLogException if one is not there whole; names it
     */
    public static CohortUpdates find(
            KafkaConnection connection,
            FederationTopics topics,
            ModelVersion base,
            ModelVersion version,
            @Nullable List<UpdateId> known,
            Duration timeout)
            throws VersionNotOnLogException {
        var uploads = located(connection, topics, base, version, known, timeout);
        return new CohortUpdates(
                LogReader.stepping(connection, topics.federation() + "-replay"),
                timeout,
                version.model(),
                uploads,
                version.layout().chunkCount());
    }

    private static List<UploadPlaces> located(
            KafkaConnection connection,
            FederationTopics topics,
            ModelVersion base,
            ModelVersion version,
            @Nullable List<UpdateId> known,
            Duration timeout)
            throws VersionNotOnLogException {
        var searches = new HashMap<String, UploadSearch>();
        var spans = version.layout().chunks();
        try (var reader = LogReader.scanning(connection, topics.federation() + "-replay")) {
            var places = UpdateTopics.now(reader, topics);
            for (int i = 0; i < version.cohort().size(); i++) {
                var member = version.cohort().get(i);
                var id = known == null ? null : known.get(i);
                for (var topic : places.of(member.silo())) {
                    searches.put(topic, new UploadSearch(version, member, id, spans));
                }
            }
            var partitions = new ArrayList<TopicPartition>();
            for (var topic : searches.keySet()) {
                reader.partitions(topic).stream()
                        .filter(p -> p.partition() != FederationTopics.PRESENCE_PARTITION)
                        .forEach(partitions::add);
            }
            long slack = ModelReplica.CLOCK_SLACK.toMillis();
            var ends = reader.offsetsSince(partitions, version.chunksSinceMillis() + slack);
            reader.startAt(reader.offsetsSince(partitions, base.chunksSinceMillis() - slack));
            reader.readUntil(
                    ends,
                    Deadline.in(timeout),
                    record ->
                            searches.get(record.topic())
                                    .offer(record, reader.decode(record, Record.class)));
            var found = new ArrayList<UploadPlaces>();
            for (var member : version.cohort()) {
                found.add(found(searches, places.of(member.silo())));
            }
            return found;
        }
    }

    /** Of a silo that has several topics, the first on which its update is whole. */
    private static UploadPlaces found(Map<String, UploadSearch> searches, List<String> topics)
            throws VersionNotOnLogException {
        for (var topic : topics.subList(0, topics.size() - 1)) {
            try {
                return searches.get(topic).found();
            } catch (VersionNotOnLogException e) {
                LOG.debug("looking on: {}", e.getMessage());
            }
        }
        return searches.get(topics.get(topics.size() - 1)).found();
    }

    /** Which upload of each silo it is, in silo-id order. */
    public List<UpdateId> uploads() {
        return uploads.stream().map(UploadPlaces::id).toList();
    }

    /** Takes one chunk of every update. */
    @FunctionalInterface
    public interface Receiver {
        /**
         * @param chunk index in the layout
         * @param rows in silo-id order
         */
        void accept(int chunk, List<UpdateChunk> rows);
    }

    /**
     * Reads every chunk once, partition after partition.
     *
     * @throws VersionNotOnLogException if retention has removed one since it was found
     * @throws TimeoutException if the cluster does not deliver a chunk in time
     */
    public void forEachChunk(Receiver receiver) throws VersionNotOnLogException {
        var places = uploads.get(0);
        var order =
                IntStream.range(0, chunks)
                        .boxed()
                        .sorted(
                                Comparator.<Integer>comparingInt(c -> places.at(c).partition())
                                        .thenComparing(Comparator.naturalOrder()))
                        .toList();
        for (int chunk : order) {
            receiver.accept(chunk, read(chunk));
        }
    }

    private List<UpdateChunk> read(int chunk) throws VersionNotOnLogException {
        var wanted = new HashMap<TopicPartition, Integer>();
        var offsets = new HashMap<TopicPartition, Long>();
        for (int i = 0; i < uploads.size(); i++) {
            var at = uploads.get(i).at(chunk);
            wanted.put(at, i);
            offsets.put(at, uploads.get(i).offset(chunk));
        }
        if (!reader.assignment().equals(wanted.keySet())) {
            reader.startAt(offsets);
        }
        offsets.forEach(reader::goOn);
        var rows = new UpdateChunk[uploads.size()];
        var deadline = Deadline.in(timeout);
        while (!wanted.isEmpty()) {
            if (deadline.passed()) {
                throw new TimeoutException(
                        "chunk %s of the updates in %s could not be read within %s"
                                .formatted(chunk, wanted.keySet(), deadline));
            }
            for (var record : reader.poll(deadline.nextPoll())) {
                var at = new TopicPartition(record.topic(), record.partition());
                int row = wanted.remove(at);
                rows[row] = checked(record, chunk, uploads.get(row));
                reader.hold(at);
            }
        }
        return List.of(rows);
    }

    private UpdateChunk checked(
            ConsumerRecord<byte[], ByteBuffer> record, int chunk, UploadPlaces upload)
            throws VersionNotOnLogException {
        var row = reader.decode(record, UpdateChunk.class);
        boolean asFound =
                row != null
                        && row.model().equals(model)
                        && row.id().equals(upload.id())
                        && row.chunk() == chunk;
        if (!asFound) {
            throw new VersionNotOnLogException(
                    "chunk %s of upload %s has gone from %s while it was read; retention has reached it"
                            .formatted(chunk, upload.id(), record.topic()));
        }
        return row;
    }

    @Override
    public void close() {
        reader.close();
    }
}
