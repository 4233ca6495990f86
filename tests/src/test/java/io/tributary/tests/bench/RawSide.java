package io.tributary.tests.bench;

import io.tributary.kafka.client.Genesis;
import io.tributary.kafka.client.GenesisWriter;
import io.tributary.kafka.client.LogReader;
import io.tributary.kafka.client.Producers;
import io.tributary.kafka.records.FederationRecords;
import io.tributary.schemas.update.UpdateChunk;
import io.tributary.schemas.update.UpdateId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * What the silo is compared with: records of the same sizes, sent and read by clients of the same
 * settings that neither make nor look at what is in them.
 */
final class RawSide implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(5);

    /** Different payloads: more than caches hold. */
    private static final int PAYLOADS = 64;

    private final SiloSetting setting;
    private final int chunks;
    private final List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    private final KafkaProducer<byte[], byte[]> producer;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final LogReader reader;

    /** Where each version begins in every partition. */
    private final List<Map<TopicPartition, Long>> begins = new ArrayList<>();

    RawSide(SiloSetting setting) {
        this.setting = setting;
        this.chunks = setting.model().layout().chunkCount();
        producer = Producers.transactional(setting.connection(), "bench.raw", PATIENCE);
        consumer = consumer();
        reader = LogReader.scanning(setting.connection(), "bench-raw");
        int elements = setting.model().layout().chunks().get(0).elements();
        int partitions =
                producer.partitionsFor(setting.topics().updates(SiloSetting.RAW)).size() - 1;
        var random = new Random(1);
        for (int c = 0; c < Math.min(PAYLOADS, chunks); c++) {
            var payload = new byte[setting.codec().encodedBytes(elements)];
            random.nextBytes(payload);
            var id = new UpdateId(1, 1, 1);
            var chunk =
                    new UpdateChunk(
                            SiloModel.NAME, id, c, setting.codec(), elements, 0, 0, payload);
            records.add(
                    new FederationRecords(setting.topics())
                            .update(SiloSetting.RAW, chunk, partitions));
        }
    }

    /** Publishes a version of the number that is next. */
    void publish() {
        int version = begins.size();
        begins.add(new HashMap<>(ends()));
        var genesis =
                new Genesis(
                        SiloModel.NAME, version, version - 1, "{}", "bytes", setting.publish(), 0);
        var unused =
                new GenesisWriter(setting.connection(), setting.topics(), PATIENCE)
                        .write(genesis, setting.model().values(version));
    }

    private Map<TopicPartition, Long> ends() {
        return reader.endOffsets(reader.partitions(setting.topics().genesis()));
    }

    /** As many records as an update has, in a transaction. */
    Transfer produce() {
        return Transfer.of(
                setting.updateBytes(),
                () -> {
                    producer.beginTransaction();
                    for (int c = 0; c < chunks; c++) {
                        var unused = producer.send(records.get(c % records.size()));
                    }
                    producer.commitTransaction();
                });
    }

    /** The records of a version. */
    Transfer consume(int version) {
        var from = begins.get(version);
        return Transfer.of(
                setting.versionBytes(),
                () -> {
                    consumer.assign(from.keySet());
                    from.forEach(consumer::seek);
                    int read = 0;
                    while (read < chunks) {
                        read += consumer.poll(Duration.ofSeconds(1)).count();
                    }
                });
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        return new KafkaConsumer<>(
                LogReader.scanningConfig(setting.connection(), "raw"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    @Override
    public void close() {
        producer.close(Duration.ZERO);
        consumer.close();
        reader.close();
    }
}
