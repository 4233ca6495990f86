package io.tributary.cli.watch;

import java.util.Locale;

/** Whether a silo is there, as its signs of life tell. */
public enum Liveness {
    LIVE,
    /** Nothing was heard of it for {@link SiloActivity#SILENT_MILLIS}. */
    SILENT,
    LEFT,
    /** It has a topic, and has never written to it. */
    UNSEEN;

    public static Liveness of(SiloSnapshot silo, long nowMillis) {
        if (silo.presence() == null) {
            return UNSEEN;
        }
        if (silo.hasLeft()) {
            return LEFT;
        }
        return nowMillis - silo.lastSeenMillis() > SiloActivity.SILENT_MILLIS ? SILENT : LIVE;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
