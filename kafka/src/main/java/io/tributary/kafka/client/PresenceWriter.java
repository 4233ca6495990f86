package io.tributary.kafka.client;

import io.tributary.kafka.KafkaConnection;
import io.tributary.kafka.records.FederationRecords;
import io.tributary.kafka.registry.SchemaRegistryException;
import io.tributary.kafka.topics.FederationTopics;
import io.tributary.schemas.silo.SiloEvaluation;
import io.tributary.schemas.silo.SiloPresence;
import java.time.Duration;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;

/**
 * Writes a silo's signs of life and its evaluations, outside of any transaction, so that they are
 * seen while an upload is under way.
 *
 * <p>Thread-safe.
 */
public final class PresenceWriter implements AutoCloseable {

    private final KafkaProducer<byte[], byte[]> producer;
    private final FederationRecords records;
    private final String silo;

    private PresenceWriter(
            KafkaProducer<byte[], byte[]> producer, FederationRecords records, String silo) {
        this.producer = producer;
        this.records = records;
        this.silo = silo;
    }

    /** Does not wait for the cluster to be there. */
    public static PresenceWriter open(
            KafkaConnection connection, FederationTopics topics, String silo) {
        var producer =
                Producers.prompt(connection, "%s.%s.presence".formatted(topics.federation(), silo));
        return new PresenceWriter(producer, FederationRecords.on(connection, topics), silo);
    }

    /**
     * Sends without waiting, but for a schema registry at the first time. After 15 seconds without
     * success it is given up: a newer one is due.
     *
     * @param onSuccess told when it is written, from the producer's thread
     * @param onFailure told why, from the producer's thread or this one
     */
    @SuppressWarnings("FutureReturnValueIgnored") // the callback has the failure
    public void announce(SiloPresence presence, Runnable onSuccess, Consumer<Exception> onFailure) {
        ProducerRecord<byte[], byte[]> record;
        try {
            record = records.presence(silo, presence);
        } catch (SchemaRegistryException e) {
            onFailure.accept(e);
            return;
        }
        producer.send(
                record,
                (metadata, failure) -> {
                    if (failure == null) {
                        onSuccess.run();
                    } else {
                        onFailure.accept(failure);
                    }
                });
    }

    /**
     * Sends and waits until it is written.
     *
     * @throws KafkaException if it was not within 15 seconds
     */
    public void write(SiloPresence presence) {
        Producers.await(producer.send(records.presence(silo, presence)));
    }

    /**
     * Sends and waits until it is written.
     *
     * @throws KafkaException if it was not within 15 seconds
     */
    public void write(SiloEvaluation evaluation) {
        Producers.await(producer.send(records.evaluation(silo, evaluation)));
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(2));
    }
}
