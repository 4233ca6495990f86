package io.tributary.cli.dashboard;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What those who look on are shown. It grows with the federation's history, so all who look at a
 * model at the same moment, and know the same of it, are told what was made once. Thread-safe.
 */
final class Pictures {

    /** Time passes even if nothing happens. */
    static final Duration LONGEST = Duration.ofSeconds(2);

    private final Clock clock;
    private final Map<String, Picture> newest = new HashMap<>(); // by model; guarded by this

    Pictures(Clock clock) {
        this.clock = clock;
    }

    /** A model as it is now; empty if there is no such model. */
    synchronized Optional<Picture> of(Observation seen, String model) {
        long millis = clock.millis();
        long moment = millis / LONGEST.toMillis();
        var known = newest.get(model);
        if (known != null && known.seen == seen && known.moment == moment) {
            return Optional.of(known);
        }
        var picture =
                seen.snapshot(model, millis)
                        .map(now -> new Picture(seen, model, moment, PageJson.of(seen, now)));
        picture.ifPresent(made -> newest.put(model, made)); // not what is only asked for
        return picture;
    }

    /** A model at one moment. */
    static final class Picture {

        private final Observation seen;
        private final String model;
        private final long moment;
        private final ObjectNode json;

        /** By what is known already: not by pictures, each of which would keep those before it. */
        private final Map<ObjectNode, String> changes = new IdentityHashMap<>(); // guarded by this

        private Picture(Observation seen, String model, long moment, ObjectNode json) {
            this.seen = seen;
            this.model = model;
            this.moment = moment;
            this.json = json;
        }

        /**
         * The event that tells it.
         *
         * @param told the picture that is known; null for none
         */
        String eventAfter(@Nullable Picture told) {
            return told == null || !told.model.equals(model)
                    ? event("whole", json)
                    : changesAfter(told.json);
        }

        private synchronized String changesAfter(ObjectNode told) {
            return changes.computeIfAbsent(
                    told, before -> event("changes", PageJson.changes(before, json)));
        }

        private static String event(String name, ObjectNode data) {
            return "event: %s\ndata: %s\n\n".formatted(name, data);
        }
    }
}
