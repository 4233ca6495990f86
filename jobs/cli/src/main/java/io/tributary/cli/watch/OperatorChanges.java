package io.tributary.cli.watch;

import io.tributary.kafka.client.AuditedCommand;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What operators have changed, and what is still to be answered.
 *
 * @param paused whether no round is planned until the federation is resumed
 * @param stopAfter last round to be planned; 0 for no such round
 * @param evicted silos that are shut out, in silo-id order
 * @param settings what the job's options of these names have been replaced by, as it was sent:
 *     durations in milliseconds
 * @param rollBacks commands to roll back that were obeyed, oldest first
 * @param unanswered commands that no job has answered, oldest first
 */
public record OperatorChanges(
        boolean paused,
        int stopAfter,
        List<String> evicted,
        SortedMap<String, String> settings,
        List<AuditedCommand> rollBacks,
        List<AuditedCommand> unanswered) {

    /** What these commands add up to. A command without an answer has changed nothing yet. */
    static OperatorChanges of(Iterable<AuditedCommand> commands) {
        boolean paused = false;
        int stopAfter = 0;
        var evicted = new TreeSet<String>();
        var settings = new TreeMap<String, String>();
        var rollBacks = new ArrayList<AuditedCommand>();
        var unanswered = new ArrayList<AuditedCommand>();
        for (var audited : commands) {
            var command = audited.given().command();
            if (audited.answer() == null) {
                unanswered.add(audited);
            }
            if (!audited.isApplied()) {
                continue;
            }
            switch (command.kind()) {
                case PAUSE -> paused = true;
                case RESUME -> {
                    paused = false;
                    stopAfter = 0;
                }
                case STOP -> stopAfter = round(command.subject());
                case EVICT -> evicted.add(command.subject());
                case READMIT -> evicted.remove(command.subject());
                case CHANGE_PLAN -> settings.put(command.subject(), command.value());
                case ROLL_BACK -> rollBacks.add(audited);
            }
        }
        return new OperatorChanges(
                paused,
                stopAfter,
                List.copyOf(evicted),
                Collections.unmodifiableSortedMap(settings),
                List.copyOf(rollBacks),
                List.copyOf(unanswered));
    }

    /** Whether there is anything to tell. */
    boolean isEmpty() {
        return !paused
                && stopAfter == 0
                && evicted.isEmpty()
                && settings.isEmpty()
                && rollBacks.isEmpty()
                && unanswered.isEmpty();
    }

    private static int round(String subject) {
        try {
            return Integer.parseInt(subject);
        } catch (NumberFormatException e) {
            return 0; // the job would not have obeyed it
        }
    }
}
