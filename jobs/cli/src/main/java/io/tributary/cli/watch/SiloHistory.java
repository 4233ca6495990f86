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

    void accept(SiloPresence newest, long appendMillis) {
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

    void seen(long appendMillis) {
        lastSeenMillis = Math.max(lastSeenMillis, appendMillis);
    }

    boolean hasLeft() {
        return presence != null && presence.kind() == SiloPresence.Kind.LEAVE;
    }

    SiloSnapshot snapshot(String silo, String model, ModelHistory history, Refusals refusals) {
        return new SiloSnapshot(
                silo,
                presence,
                lastSeenMillis,
                tokensPerSecond,
                trainedRounds.getOrDefault(model, 0),
                history.evaluationsBy(silo),
                history.versionsWith(silo),
                refusals.late(silo),
                refusals.rejected(silo));
    }
}
