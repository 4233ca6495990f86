package io.tributary.tests.bench.pipeline;

import io.tributary.kafka.KafkaConnection;
import io.tributary.tests.process.Interrupted;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * What the log itself can do: consumers that read committed records and look at nothing, and
 * producers that write records that are there already.
 *
 * @param connection the cluster
 * @param threads consumers or producers at a time, each a thread
 */
record RawLog(KafkaConnection connection, int threads) {

    /** Where there are raw records. */
    static final String TOPIC = "raw";

    private static final Duration POLL = Duration.ofMillis(100);

    /** Bytes of values that were moved, and how long that took. */
    record Rate(long bytes, double seconds) {

        double bytesPerSecond() {
            return bytes / seconds;
        }
    }

    /** Where partitions begin or end for a reader of committed records. */
    Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions) {
        try (var consumer = consumer()) {
            return consumer.endOffsets(partitions);
        }
    }

    /** Reads what is between two places. */
    Rate read(Map<TopicPartition, Long> from, Map<TopicPartition, Long> to) {
        var shares = new ArrayList<List<TopicPartition>>();
        for (int t = 0; t < Math.min(threads, from.size()); t++) {
            shares.add(new ArrayList<>());
        }
        int next = 0;
        for (var partition : from.keySet().stream().sorted(RawLog::compare).toList()) {
            shares.get(next++ % shares.size()).add(partition);
        }
        return timed(shares.size(), (t, start) -> read(shares.get(t), from, to, start));
    }

    private static int compare(TopicPartition a, TopicPartition b) {
        int byNumber = Integer.compare(a.partition(), b.partition());
        return byNumber == 0 ? a.topic().compareTo(b.topic()) : byNumber;
    }

    private long read(
            List<TopicPartition> partitions,
            Map<TopicPartition, Long> from,
            Map<TopicPartition, Long> to,
            Start start) {
        try (var consumer = consumer()) {
            consumer.assign(partitions);
            partitions.forEach(partition -> consumer.seek(partition, from.get(partition)));
            var unused = consumer.endOffsets(partitions); // connects, and knows the leaders
            start.together();
            var waiting = new ArrayList<>(partitions);
            long bytes = 0;
            while (!waiting.isEmpty()) {
                for (var record : consumer.poll(POLL)) {
                    bytes += record.value().length;
                }
                waiting.removeIf(p -> consumer.position(p) >= to.get(p));
            }
            start.done();
            return bytes;
        }
    }

    /** Writes records to the raw topic, and returns when the broker has them. */
    Rate write(List<byte[]> values) {
        return timed(threads, (t, start) -> write(values, t, start));
    }

    private long write(List<byte[]> values, int first, Start start) {
        var config = connection.clientConfig();
        // As the job's sinks are set, but for their transactions.
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        config.put(ProducerConfig.BATCH_SIZE_CONFIG, 256 * 1024);
        config.put(ProducerConfig.LINGER_MS_CONFIG, 5);
        config.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 32L * 1024 * 1024);
        config.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 2 * 1024 * 1024);
        try (var producer =
                new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            int partitions = producer.partitionsFor(TOPIC).size();
            start.together();
            long bytes = 0;
            for (int i = first; i < values.size(); i += threads) {
                var unused =
                        producer.send(
                                new ProducerRecord<>(TOPIC, i % partitions, null, values.get(i)));
                bytes += values.get(i).length;
            }
            producer.flush();
            start.done();
            return bytes;
        }
    }

    private interface Worker {
        long move(int thread, Start start);
    }

    /** Lets clients begin together, once all of them are connected, and takes the time. */
    private static final class Start {

        private final CyclicBarrier barrier;
        private final AtomicLong began = new AtomicLong(Long.MAX_VALUE);
        private final AtomicLong ended = new AtomicLong(Long.MIN_VALUE);

        Start(int threads) {
            barrier = new CyclicBarrier(threads);
        }

        void together() {
            try {
                barrier.await();
            } catch (InterruptedException e) {
                throw new Interrupted(e);
            } catch (BrokenBarrierException e) {
                throw new KafkaException("another client has failed", e);
            }
            began.accumulateAndGet(System.nanoTime(), Math::min);
        }

        void done() {
            ended.accumulateAndGet(System.nanoTime(), Math::max);
        }

        double seconds() {
            return (ended.get() - began.get()) / 1e9;
        }
    }

    private static Rate timed(int threads, Worker worker) {
        var pool = Executors.newFixedThreadPool(threads);
        try {
            var start = new Start(threads);
            var moved = new ArrayList<Future<Long>>();
            for (int t = 0; t < threads; t++) {
                int thread = t;
                moved.add(pool.submit(() -> worker.move(thread, start)));
            }
            long bytes = 0;
            for (var done : moved) {
                bytes += done.get();
            }
            return new Rate(bytes, start.seconds());
        } catch (InterruptedException e) {
            throw new Interrupted(e);
        } catch (ExecutionException e) {
            throw new KafkaException("the raw log cannot be measured", e.getCause());
        } finally {
            pool.shutdownNow();
        }
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        var config = new Properties();
        config.putAll(new HashMap<>(connection.clientConfig()));
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        return new KafkaConsumer<>(
                config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
}
