package io.tributary.cli.watch;

import java.util.Locale;

/**
 * What a silo is doing, in a word, and how far it is.
 *
 * @param kind for colour
 * @param word lower case
 * @param step local steps done in the open round, or in the round it is working on
 * @param steps local steps of that round; 0 if it has no part in one
 */
record SiloActivity(Kind kind, String word, int step, int steps) {

    /** What a silo is doing, as far as it matters to who is waiting for it. */
    enum Kind {
        WAITING,
        MOVING,
        TRAINING,
        EVALUATING,
        DONE,
        GONE
    }

    /**
     * A silo that has not been heard of for this long may be gone; they report every few seconds.
     */
    static final long SILENT_MILLIS = 20_000;

    static SiloActivity of(SiloSnapshot silo, FederationSnapshot federation) {
        var presence = silo.presence();
        if (presence == null) {
            return new SiloActivity(Kind.WAITING, "not seen", 0, 0);
        }
        int planned = plannedSteps(silo, federation);
        if (silo.hasLeft()) {
            return new SiloActivity(Kind.GONE, "left", 0, planned);
        }
        long silentMillis = federation.atMillis() - silo.lastSeenMillis();
        if (silentMillis > SILENT_MILLIS) {
            var word = "silent " + Figures.clock(silentMillis / 1000.0);
            return new SiloActivity(Kind.GONE, word, 0, planned);
        }
        var open = federation.openRound();
        boolean done = open != null && silo.trainedRound() >= open.round();
        var word = presence.phase().name().toLowerCase(Locale.ROOT);
        return switch (presence.phase()) {
            case DOWNLOADING -> new SiloActivity(Kind.MOVING, word, 0, planned);
            case TRAINING ->
                    new SiloActivity(
                            Kind.TRAINING,
                            word,
                            Math.max(0, Math.min(presence.step(), presence.steps())),
                            Math.max(0, presence.steps()));
            case UPLOADING -> new SiloActivity(Kind.MOVING, word, planned, planned);
            case EVALUATING -> new SiloActivity(Kind.EVALUATING, word, done ? planned : 0, planned);
            case IDLE ->
                    done
                            ? new SiloActivity(Kind.DONE, "done", planned, planned)
                            : new SiloActivity(
                                    Kind.WAITING, planned > 0 ? "waiting" : "idle", 0, planned);
        };
    }

    private static int plannedSteps(SiloSnapshot silo, FederationSnapshot federation) {
        var open = federation.openRound();
        if (open == null || open.plan() == null) {
            return 0;
        }
        return open.plan().assignment(silo.silo()).map(a -> a.localSteps()).orElse(0);
    }
}
