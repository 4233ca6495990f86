package io.tributary.kafka.client;

import io.tributary.kafka.KafkaConnection;
import io.tributary.kafka.topics.FederationTopics;
import io.tributary.schemas.control.CommandRecord;
import io.tributary.schemas.control.ControlOutcome;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * What operators have asked for, and what became of it. Answers lie among a year of rounds: each is
 * looked for where the rounds topic was when its command was given, and not much further.
 *
 * @param timeout how long reading the log may take
 */
public record ControlAudit(KafkaConnection connection, FederationTopics topics, Duration timeout) {

    /** Records to look through for one answer: a job that runs answers at once. */
    private static final int LOOK = 2_000;

    /** Every command that is on the log, in order. */
    public List<AuditedCommand> commands() {
        var given = new ControlLog(connection, topics, timeout).commands();
        var answers = answers(given);
        return given.stream()
                .map(command -> new AuditedCommand(command, answers.get(command.offset())))
                .toList();
    }

    /** Every command for a model line that is on the log, in order. */
    public List<AuditedCommand> commands(String model) {
        return commands().stream().filter(c -> c.given().command().model().equals(model)).toList();
    }

    private Map<Long, ControlOutcome> answers(List<CommandRecord> commands) {
        var answers = new HashMap<Long, ControlOutcome>();
        if (commands.isEmpty()) {
            return answers;
        }
        try (var reader = LogReader.scanning(connection, topics.federation() + "-audit")) {
            var partitions = reader.partitions(topics.rounds());
            var ends = reader.endOffsets(partitions);
            var deadline = Deadline.in(timeout);
            for (var command : commands) {
                if (!answers.containsKey(command.offset())) {
                    long since = command.appendMillis() - ModelReplica.CLOCK_SLACK.toMillis();
                    reader.startAt(reader.offsetsSince(partitions, since));
                    if (look(reader, ends, deadline, command, answers)) {
                        break; // later commands have later answers, if any
                    }
                }
            }
        }
        return answers;
    }

    /**
     * Looks for one answer, and keeps all that are found on the way.
     *
     * @return whether everything up to the end was read
     */
    private static boolean look(
            LogReader reader,
            Map<TopicPartition, Long> ends,
            Deadline deadline,
            CommandRecord command,
            Map<Long, ControlOutcome> answers) {
        int looked = 0;
        while (!reader.hasReached(ends)) {
            if (deadline.passed()) {
                throw new TimeoutException(
                        "could not read %s within %s; is the cluster reachable?"
                                .formatted(ends.keySet(), deadline));
            }
            for (var record : reader.poll(deadline.nextPoll())) {
                looked++;
                keep(reader.decode(record, ControlOutcome.class), answers);
            }
            if (answers.containsKey(command.offset()) || looked >= LOOK) {
                return reader.hasReached(ends);
            }
        }
        return true;
    }

    private static void keep(@Nullable ControlOutcome answer, Map<Long, ControlOutcome> answers) {
        if (answer != null) {
            answers.put(answer.offset(), answer);
        }
    }
}
