package io.tributary.kafka.client;

import io.tributary.kafka.KafkaConnection;
import io.tributary.kafka.topics.FederationTopics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Random;
import java.util.concurrent.Future;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;

/**
 * Measures how fast a silo can upload: it writes to the partitions for chunks of the silo's own
 * topic, with the settings of an upload, and aborts the transaction, so that no reader of committed
 * records ever sees any of it. The transactional id is {@code <f>.<silo>.doctor}: a running silo is
 * not disturbed, but readers of its chunks wait until the probe ends.
 *
 * <p>It sends bursts, each twice as large as the last, and waits for each. A burst that takes half
 * a second is long enough: what it waits for the last answer is small beside it, and it goes on
 * with bursts of that size. So a link of any speed is measured, and little is under way when time
 * is up.
 *
 * @param connection the cluster
 * @param topics the federation
 * @param silo whose topic is written to
 * @param limit when no further burst is begun
 * @param maxBytes bytes sent at the most
 * @param nanos a clock that does not go backwards
 */
public record UploadProbe(
        KafkaConnection connection,
        FederationTopics topics,
        String silo,
        Duration limit,
        long maxBytes,
        LongSupplier nanos) {

    private static final int FIRST_BURST = 256 * 1024;
    private static final int LARGEST_BURST = 8 * 1024 * 1024;
    private static final int RECORD = 128 * 1024;
    private static final Duration LONG_ENOUGH = Duration.ofMillis(500);

    /** The broker ends what a killed probe leaves. */
    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    /**
     * What was measured.
     *
     * @param sent bytes in all
     * @param counted bytes of the bursts that count: those of the largest size
     * @param tookNanos time from the first of these bytes to the answer to the last
     */
    public record Measured(long sent, long counted, long tookNanos) {

        /** Bytes a second. */
        public double bytesPerSecond() {
            return counted * 1e9 / tookNanos;
        }
    }

    /**
     * @throws KafkaException if the caller may not write to the topic, or it does not exist
     */
    public Measured measure() {
        var topic = topics.updates(silo);
        var id = "%s.%s.doctor".formatted(topics.federation(), silo);
        try (var producer = Producers.transactional(connection, id, TIMEOUT)) {
            int chunks = producer.partitionsFor(topic).size() - 1;
            if (chunks < 1) {
                throw new KafkaException("topic %s has no partition for chunks".formatted(topic));
            }
            return Transaction.abort(producer, () -> measure(producer, topic, chunks));
        }
    }

    private Measured measure(KafkaProducer<byte[], byte[]> producer, String topic, int chunks) {
        // Pays for connections, and for adding the partitions to the transaction.
        burst(producer, topic, chunks, new byte[1], chunks);
        var value = new byte[RECORD];
        new Random(1).nextBytes(value); // a link that compresses is not to flatter itself
        long end = nanos.getAsLong() + limit.toNanos();
        long sent = 0;
        long counted = 0;
        long took = 0;
        int size = FIRST_BURST;
        Measured measured;
        do {
            long before = nanos.getAsLong();
            burst(producer, topic, chunks, value, size / RECORD);
            long elapsed = Math.max(1, nanos.getAsLong() - before);
            sent += size;
            counted += size;
            took += elapsed;
            measured = new Measured(sent, counted, took);
            if (elapsed < LONG_ENOUGH.toNanos() && size < LARGEST_BURST) {
                size *= 2;
                counted = 0;
                took = 0;
            }
        } while (nanos.getAsLong() < end && sent + size <= maxBytes);
        return measured;
    }

    private static void burst(
            KafkaProducer<byte[], byte[]> producer,
            String topic,
            int chunks,
            byte[] value,
            int records) {
        var pending = new ArrayList<Future<RecordMetadata>>(records);
        for (int i = 0; i < records; i++) {
            int partition = FederationTopics.updatePartition(i, chunks);
            pending.add(producer.send(new ProducerRecord<>(topic, partition, null, value)));
        }
        pending.forEach(Producers::await);
    }
}
