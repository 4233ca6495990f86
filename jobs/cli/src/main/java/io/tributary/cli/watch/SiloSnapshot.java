package io.tributary.cli.watch;

import io.tributary.schemas.silo.SiloPresence;
import io.tributary.silo.Evaluation;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A silo.
 *
 * @param silo silo id
 * @param presence its newest sign of life; null if it has not given one
 * @param lastSeenMillis when the broker appended its newest record, epoch milliseconds; 0 if none
 * @param tokensPerSecond the speed it last reported while training; 0 if it has not trained
 * @param trainedRound newest round whose local steps it has finished; 0 if none
 * @param uploadedRound newest round whose update it says it has uploaded; 0 if none
 * @param uploadedMillis when it said so, epoch milliseconds; 0 if it has not
 * @param evaluations what each version was measured at on its held-out documents
 * @param accepted versions that contain an update of it
 * @param late updates of it that came after their round had closed
 * @param rejected updates of it that were refused for another reason
 * @param missing rounds that closed without the update they had planned of it; that may have come
 *     later, and is then late as well
 * @param updateBytes payload of its updates that are in versions, as far as their plans are known
 */
public record SiloSnapshot(
        String silo,
        @Nullable SiloPresence presence,
        long lastSeenMillis,
        double tokensPerSecond,
        int trainedRound,
        int uploadedRound,
        long uploadedMillis,
        NavigableMap<Integer, Evaluation> evaluations,
        int accepted,
        int late,
        int rejected,
        int missing,
        long updateBytes) {

    /** Its measurement of the newest version it has evaluated. */
    public Optional<Map.Entry<Integer, Evaluation>> lastEvaluation() {
        return Optional.ofNullable(evaluations.lastEntry());
    }

    /** How its last delta lay to the step that was taken; empty if it has not said. */
    public Optional<Alignment> alignment() {
        return Alignment.of(presence);
    }

    public boolean hasLeft() {
        return presence != null && presence.kind() == SiloPresence.Kind.LEAVE;
    }

    /** Size of its training text in tokens, as declared; 0 if it has not said. */
    public long declaredTokens() {
        return presence == null ? 0 : presence.declaredTokens();
    }
}
