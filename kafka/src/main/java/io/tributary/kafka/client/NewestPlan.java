package io.tributary.kafka.client;

import io.tributary.schemas.round.RoundPlan;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Finds where in the rounds topic a model's newest plan is, looking from the end. */
final class NewestPlan {

    private static final long FIRST_LOOK = 256;
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private NewestPlan() {}

    /**
     * @return per partition an offset at or before the model's newest plan; the beginning where
     *     there is none
     */
    static Map<TopicPartition, Long> positions(
            LogReader reader, List<TopicPartition> partitions, String model) {
        var begins = reader.beginningOffsets(partitions);
        var ends = reader.endOffsets(partitions);
        var positions = new HashMap<TopicPartition, Long>();
        for (var partition : partitions) {
            positions.put(
                    partition,
                    position(reader, partition, begins.get(partition), ends.get(partition), model));
        }
        return positions;
    }

    private static long position(
            LogReader reader, TopicPartition partition, long begin, long end, String model) {
        long from = end;
        long look = FIRST_LOOK;
        while (from > begin) {
            long until = from;
            from = Math.max(begin, until - look);
            var found = new boolean[1];
            reader.startAt(Map.of(partition, from));
            reader.readUntil(
                    Map.of(partition, until),
                    Deadline.in(TIMEOUT),
                    record -> found[0] |= isPlanOf(model, reader.decode(record, RoundPlan.class)));
            if (found[0]) {
                return from;
            }
            look *= 8;
        }
        return begin;
    }

    private static boolean isPlanOf(String model, @Nullable RoundPlan plan) {
        return plan != null && plan.model().equals(model);
    }
}
