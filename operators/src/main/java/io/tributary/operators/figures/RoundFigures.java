package io.tributary.operators.figures;

import io.tributary.operators.round.CoordinatorState;
import org.jspecify.annotations.Nullable;

/**
 * What there is to tell of a model line's rounds at a moment. Times are epoch milliseconds, and 0
 * while there is nothing of the kind.
 *
 * @param version newest version that readers can read
 * @param round the open round; the newest version, if none is open
 * @param phase what is going on
 * @param openedMillis since when a round has been open
 * @param publishingMillis since when a version has been on its way, or was last published again
 * @param waitingMillis since when silos have been waited for
 * @param planned silos in the open round's plan
 * @param accepted updates in the open round
 * @param waiting whole updates that no round has taken yet
 * @param paused whether an operator has asked for no new round
 */
public record RoundFigures(
        int version,
        int round,
        RoundPhase phase,
        long openedMillis,
        long publishingMillis,
        long waitingMillis,
        int planned,
        int accepted,
        int waiting,
        boolean paused) {

    /**
     * @param waitsForSilos whether all that the next round waits for is that enough silos are live
     * @param before the figures before this moment; null if there were none
     */
    public static RoundFigures of(
            CoordinatorState state,
            boolean waitsForSilos,
            @Nullable RoundFigures before,
            long nowMillis) {
        var open = state.open();
        var publication = state.publication();
        boolean waitedBefore = before != null && before.waitingMillis > 0;
        long waitingSince = waitedBefore ? before.waitingMillis : nowMillis;
        return new RoundFigures(
                state.version(),
                open == null ? state.newest() : open.plan().round(),
                RoundPhase.of(state, waitsForSilos),
                open == null ? 0 : open.openedMillis(),
                publication == null ? 0 : publication.sinceMillis(),
                waitsForSilos ? waitingSince : 0,
                open == null ? 0 : open.plan().silos().size(),
                open == null ? 0 : open.accepted().size(),
                state.waiting().size(),
                state.control().paused());
    }
}
