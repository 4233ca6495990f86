package io.tributary.kafka.client;

import io.tributary.kafka.KafkaConnection;
import io.tributary.kafka.topics.FederationTopics;
import java.time.Clock;
import java.time.Duration;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;

/**
 * Compares the clock that stamps records with the one of this machine.
 *
 * <p>The broker tells its time in one way only: by appending something. So an empty record is
 * written to partition 0 of {@code <f>.control} and its transaction aborted: no reader of committed
 * records ever sees it. The transactional id is {@code <f>.clock}.
 *
 * @param connection the cluster
 * @param topics the federation
 * @param clock the one of this machine
 * @param timeout how long the transaction may stay open if this process dies
 */
public record BrokerClock(
        KafkaConnection connection, FederationTopics topics, Clock clock, Duration timeout) {

    /**
     * What was measured.
     *
     * @param ahead by how much the broker's clock is ahead of this machine's; negative if behind
     * @param uncertainty half the time it took to ask
     */
    public record Difference(Duration ahead, Duration uncertainty) {}

    /**
     * @throws KafkaException if the caller may not write to the topic, or it does not exist
     */
    public Difference difference() {
        try (var producer =
                Producers.transactional(connection, topics.federation() + ".clock", timeout)) {
            return Transaction.abort(producer, () -> difference(producer));
        }
    }

    private Difference difference(KafkaProducer<byte[], byte[]> producer) {
        var record = new ProducerRecord<byte[], byte[]>(topics.control(), 0, null, new byte[0]);
        // The first one pays for connections and for adding the partition.
        Producers.await(producer.send(record));
        long before = clock.millis();
        long stamped = Producers.await(producer.send(record)).timestamp();
        long after = clock.millis();
        return new Difference(
                Duration.ofMillis(stamped - (before + after) / 2),
                Duration.ofMillis((after - before + 1) / 2));
    }
}
