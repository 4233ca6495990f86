package io.tributary.aggregation;

import io.tributary.kafka.KafkaConnection;
import io.tributary.kafka.client.RecordReader;
import io.tributary.kafka.topics.FederationTopics;
import io.tributary.operators.flink.RowKey;
import io.tributary.operators.flink.RowPlace;
import io.tributary.operators.flink.UpdateArchive;
import io.tributary.schemas.update.UpdateChunk;
import io.tributary.schemas.wire.MalformedRecordException;
import io.tributary.schemas.wire.SchemaIds;
import io.tributary.schemas.wire.Wire;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** What lies on the silos' topics. */
public record SentUpdates(KafkaConnection connection, FederationTopics topics)
        implements UpdateArchive {

    /** How long one record may take. */
    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    @Override
    public Reader open() {
        var records = RecordReader.open(connection, topics.federation() + "-rows", TIMEOUT);
        var ids = connection.schemaIds();
        return new Reader() {
            @Override
            public UpdateChunk read(RowKey row, RowPlace place) {
                var places = records.places(topics, row.silo(), place.partition(), place.offset());
                for (var partition : places) {
                    var found =
                            records.read(partition, place.offset())
                                    .flatMap(record -> chunk(record, ids))
                                    .filter(chunk -> isThatOf(row, place, chunk));
                    if (found.isPresent()) {
                        return found.get();
                    }
                }
                throw gone(
                        row,
                        place,
                        new TopicPartition(topics.updates(row.silo()), place.partition()));
            }

            @Override
            public void close() {
                records.close();
            }
        };
    }

    private static Optional<UpdateChunk> chunk(
            ConsumerRecord<byte[], ByteBuffer> record, SchemaIds ids) {
        try {
            var decoded = Wire.decode(record.value(), null, ids, record.topic());
            return decoded instanceof UpdateChunk chunk ? Optional.of(chunk) : Optional.empty();
        } catch (MalformedRecordException e) {
            return Optional.empty(); // it was a sound one when it was read first
        }
    }

    private static boolean isThatOf(RowKey row, RowPlace place, UpdateChunk chunk) {
        return chunk.id().equals(row.id()) && chunk.crc32c() == place.crc32c();
    }

    private static IllegalStateException gone(
            RowKey row, RowPlace place, TopicPartition partition) {
        return new IllegalStateException(
                "a chunk of silo %s's upload for round %s has to be read again, and its record"
                                .formatted(row.silo(), row.id().round())
                        + " is not on the log any more (topic %s, partition %s, offset %s);"
                                .formatted(partition.topic(), partition.partition(), place.offset())
                        + " start the job without its state: it begins the round anew. Keep updates"
                        + " longer: retention.ms of the topic must exceed round.deadline and a"
                        + " restart");
    }
}
