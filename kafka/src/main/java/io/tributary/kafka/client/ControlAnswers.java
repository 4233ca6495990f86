package io.tributary.kafka.client;

import io.tributary.kafka.KafkaConnection;
import io.tributary.kafka.topics.FederationTopics;
import io.tributary.schemas.control.ControlOutcome;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Waits for a federation's answers to commands. Opened before a command is given, so that its
 * answer cannot be missed.
 *
 * <p>Not thread-safe.
 */
public final class ControlAnswers implements AutoCloseable {

    private final LogReader reader;
    private final String model;
    private final Map<Long, ControlOutcome> answers = new HashMap<>();

    private ControlAnswers(LogReader reader, String model) {
        this.reader = reader;
        this.model = model;
    }

    /**
     * Hears every answer that is written from now on.
     *
     * @throws org.apache.kafka.common.KafkaException if the cluster cannot be reached or the topics
     *     do not exist
     */
    public static ControlAnswers fromNowOn(
            KafkaConnection connection, FederationTopics topics, String model) {
        var reader = LogReader.tailing(connection, topics.federation() + "-answers");
        try {
            reader.startAt(reader.endOffsets(reader.partitions(topics.rounds())));
            return new ControlAnswers(reader, model);
        } catch (RuntimeException e) {
            reader.close();
            throw e;
        }
    }

    /**
     * Waits for the answer to one command.
     *
     * @param offset the command's, from {@link ControlLog#give}
     * @return empty if none came in time
     */
    public Optional<ControlOutcome> await(long offset, Duration timeout) {
        var deadline = Deadline.in(timeout);
        do {
            for (var record : reader.poll(deadline.nextPoll())) {
                var answer = reader.decode(record, ControlOutcome.class);
                if (answer != null && answer.model().equals(model)) {
                    answers.put(answer.offset(), answer);
                }
            }
        } while (!answers.containsKey(offset) && !deadline.passed());
        return Optional.ofNullable(answers.get(offset));
    }

    @Override
    public void close() {
        reader.close();
    }
}
