package io.tributary.tests.drill;

import io.tributary.kafka.KafkaConnection;
import io.tributary.kafka.client.LogReader;
import io.tributary.kafka.records.FederationRecords;
import io.tributary.kafka.topics.FederationTopics;
import io.tributary.schemas.codec.ChunkDigest;
import io.tributary.schemas.codec.Crc32c;
import io.tributary.schemas.update.UpdateChunk;
import io.tributary.schemas.update.UpdateEnd;
import io.tributary.schemas.update.UpdateId;
import io.tributary.schemas.update.UpdateManifest;
import io.tributary.schemas.wire.MalformedRecordException;
import io.tributary.schemas.wire.Wire;
import io.tributary.tests.process.Interrupted;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Uploads a silo's update once more, as a confused silo would: what is on its topic, in a
 * transaction of its own.
 *
 * @param connection the cluster
 * @param topics the federation
 * @param silo whose update
 * @param round of which round
 */
record RepeatedUpload(KafkaConnection connection, FederationTopics topics, String silo, int round) {

    private static final Duration POLL = Duration.ofMillis(100);
    private static final int SIGN = 0x80;

    /** As it was. */
    void again() {
        send(records());
    }

    /** From the last record to the first, so that the manifest comes behind its chunks. */
    void backwards() {
        var records = records();
        Collections.reverse(records);
        send(records);
    }

    /**
     * All signs changed, under the same attempt: what a silo may do that has lost its state and has
     * trained the round again from other moments.
     */
    void underTheSameAttempt() {
        send(changed(records()));
    }

    /** The records of the silo's first upload for the round. */
    private List<Record> records() {
        var records = new ArrayList<Record>();
        try (var reader = LogReader.scanning(connection, topics.federation() + "-repeat")) {
            var partitions =
                    reader.partitions(topics.updates(silo)).stream()
                            .filter(p -> p.partition() != FederationTopics.PRESENCE_PARTITION)
                            .toList();
            var ends = reader.endOffsets(partitions);
            reader.startAt(reader.beginningOffsets(partitions));
            while (!reader.hasReached(ends)) {
                for (var record : reader.poll(POLL)) {
                    records.add(Wire.decode(record.value()));
                }
            }
        } catch (MalformedRecordException e) {
            throw new IllegalStateException("silo %s has sent nonsense".formatted(silo), e);
        }
        var id =
                records.stream()
                        .filter(UpdateManifest.class::isInstance)
                        .map(manifest -> ((UpdateManifest) manifest).id())
                        .filter(of -> of.round() == round)
                        .findFirst()
                        .orElseThrow();
        var first = new ArrayList<Record>();
        var seen = new HashSet<String>();
        for (var record : records) {
            if (id(record).equals(id) && seen.add(place(record))) {
                first.add(record);
            }
        }
        return first;
    }

    private static UpdateId id(Record record) {
        if (record instanceof UpdateManifest manifest) {
            return manifest.id();
        }
        return record instanceof UpdateChunk chunk ? chunk.id() : ((UpdateEnd) record).id();
    }

    private static String place(Record record) {
        if (record instanceof UpdateManifest) {
            return "manifest";
        }
        return record instanceof UpdateChunk chunk
                ? "chunk " + chunk.chunk()
                : "end " + ((UpdateEnd) record).partition();
    }

    private static List<Record> changed(List<Record> records) {
        var crcs = new TreeMap<Integer, Integer>();
        var changed = new ArrayList<Record>();
        for (var record : records) {
            if (record instanceof UpdateChunk chunk) {
                var negated = negated(chunk);
                crcs.put(negated.chunk(), negated.crc32c());
                changed.add(negated);
            } else {
                changed.add(record);
            }
        }
        var digest = ChunkDigest.of(crcs.values().stream().mapToInt(i -> i).toArray());
        changed.replaceAll(record -> under(record, digest));
        return changed;
    }

    private static UpdateChunk negated(UpdateChunk chunk) {
        var payload = chunk.payload().clone();
        for (int last = Float.BYTES - 1; last < payload.length; last += Float.BYTES) {
            payload[last] ^= (byte) SIGN; // little-endian: the sign is in the last byte
        }
        return new UpdateChunk(
                chunk.model(),
                other(chunk.id()),
                chunk.chunk(),
                chunk.codec(),
                chunk.elements(),
                Crc32c.of(payload),
                chunk.squaredNorm(),
                payload);
    }

    private static Record under(Record record, String digest) {
        if (record instanceof UpdateManifest m) {
            return new UpdateManifest(
                    m.model(),
                    other(m.id()),
                    m.baseVersion(),
                    m.layoutDigest(),
                    m.tokens(),
                    m.localSteps(),
                    m.normalizer(),
                    m.sumLearningRates(),
                    m.trainLoss(),
                    m.codec(),
                    m.chunks(),
                    digest,
                    m.norm());
        }
        return record instanceof UpdateEnd end
                ? new UpdateEnd(end.model(), other(end.id()), end.partition(), end.chunks())
                : record;
    }

    private static UpdateId other(UpdateId id) {
        return new UpdateId(id.round(), id.attempt(), ~id.nonce());
    }

    private void send(List<Record> records) {
        var config = connection.clientConfig();
        config.put(
                ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                "%s.%s.again".formatted(topics.federation(), silo));
        config.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 2 * 1024 * 1024);
        try (var producer =
                new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            int chunkPartitions = producer.partitionsFor(topics.updates(silo)).size() - 1;
            producer.initTransactions();
            producer.beginTransaction();
            for (var record : records) {
                var unused = producer.send(record(record, chunkPartitions)).get();
            }
            producer.commitTransaction();
        } catch (InterruptedException e) {
            throw new Interrupted(e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("cannot write for " + silo, e);
        }
    }

    private ProducerRecord<byte[], byte[]> record(Record record, int chunkPartitions) {
        var kafka = new FederationRecords(topics);
        if (record instanceof UpdateManifest manifest) {
            return kafka.update(silo, manifest);
        }
        return record instanceof UpdateChunk chunk
                ? kafka.update(silo, chunk, chunkPartitions)
                : kafka.update(silo, (UpdateEnd) record);
    }
}
