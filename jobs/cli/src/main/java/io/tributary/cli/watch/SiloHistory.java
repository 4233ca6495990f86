package io.tributary.cli.watch;

import io.tributary.schemas.silo.SiloPresence;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a silo's signs of life add up to. */
final class SiloHistory {

    private @Nullable SiloPresence presence;
    private long lastSeenMillis;
    private double tokensPerSecond;
    private final Map<String, Integer> trainedRounds = new HashMap<>();
    private final Map<String, Uploaded> uploads = new HashMap<>();

    private record Uploaded(int round, long millis) {

        static final Uploaded NOTHING = new Uploaded(0, 0);
    }

    void accept(SiloPresence newest, long appendMillis) {
        if (presence != null && hasUploaded(presence, newest)) {
            var known = uploads.getOrDefault(presence.model(), Uploaded.NOTHING);
            if (presence.round() > known.round()) {
                uploads.put(presence.model(), new Uploaded(presence.round(), appendMillis));
            }
        }
        presence = newest;
        seen(appendMillis);
        if (newest.tokensPerSecond() > 0 && Double.isFinite(newest.tokensPerSecond())) {
            tokensPerSecond = newest.tokensPerSecond();
        }
        boolean allSteps = newest.steps() > 0 && newest.step() >= newest.steps();
        if (allSteps || newest.phase() == SiloPresence.Phase.UPLOADING) {
            trainedRounds.merge(newest.model(), newest.round(), Math::max);
        }
    }

    /** It was uploading, and has gone on to something else. */
    private static boolean hasUploaded(SiloPresence before, SiloPresence now) {
        boolean again =
                now.round() == before.round()
                        && (now.phase() == SiloPresence.Phase.UPLOADING
                                || now.phase() == SiloPresence.Phase.TRAINING
                                || now.phase() == SiloPresence.Phase.DOWNLOADING);
        return before.phase() == SiloPresence.Phase.UPLOADING
                && !again
                && now.kind() == SiloPresence.Kind.HEARTBEAT
                && now.incarnation() == before.incarnation();
    }

    void seen(long appendMillis) {
        lastSeenMillis = Math.max(lastSeenMillis, appendMillis);
    }

    boolean hasLeft() {
        return presence != null && presence.kind() == SiloPresence.Kind.LEAVE;
    }

    SiloSnapshot snapshot(
            String silo, String model, ModelHistory history, SiloTally tally, Refusals refusals) {
        var uploaded = uploads.getOrDefault(model, Uploaded.NOTHING);
        return new SiloSnapshot(
                silo,
                presence,
                lastSeenMillis,
                tokensPerSecond,
                trainedRounds.getOrDefault(model, 0),
                uploaded.round(),
                uploaded.millis(),
                history.evaluationsBy(silo),
                tally.accepted(),
                refusals.late(silo),
                refusals.rejected(silo),
                tally.missing(),
                tally.updateBytes());
    }
}
