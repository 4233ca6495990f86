package io.tributary.cli.dashboard;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tributary.cli.watch.FederationSnapshot;
import io.tributary.cli.watch.StatusJson;
import java.util.HashSet;
import java.util.List;

/**
 * What the page shows: the status as {@code tributary status --json} prints it, and what only the
 * page's observer knows.
 *
 * <p>Beyond the status: {@code models}, {@code up}, {@code ended}, {@code blockedSeconds}, {@code
 * silos.*.lag}, and of {@code refusals} the newest only, {@code refusalCount} in all.
 */
final class PageJson {

    /** Nobody reads more; {@code tributary status} has them all. */
    private static final int REFUSALS = 100;

    /** Lists whose elements, once there, seldom change, by what identifies an element. */
    private static final List<String> HISTORIES = List.of("rounds", "versions");

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private PageJson() {}

    /** All of it. */
    static ObjectNode of(Observation seen, FederationSnapshot now) {
        var json = StatusJson.of(now);
        var models = json.putArray("models");
        seen.models().forEach(models::add);
        json.put("up", seen.isUp(now.atMillis()));
        json.put("ended", seen.ended());
        var blocked = seen.blockedSeconds();
        json.put("blockedSeconds", blocked.isPresent() ? blocked.getAsDouble() : null);
        var lag = seen.lagOf(now.model());
        json.withObject("/silos")
                .properties()
                .forEach(silo -> ((ObjectNode) silo.getValue()).put("lag", lag.get(silo.getKey())));
        var refusals = json.withArray("/refusals");
        json.put("refusalCount", refusals.size());
        while (refusals.size() > REFUSALS) {
            refusals.remove(0);
        }
        return json;
    }

    /**
     * What is new: the fields that differ, and of rounds and versions those that differ. Who has
     * {@code before} and is told this has {@code now}.
     */
    static ObjectNode changes(ObjectNode before, ObjectNode now) {
        var changes = NODES.objectNode();
        for (var field : now.properties()) {
            var known = before.get(field.getKey());
            if (field.getValue().equals(known)) {
                continue;
            }
            if (known == null || !HISTORIES.contains(field.getKey())) {
                changes.set(field.getKey(), field.getValue());
                continue;
            }
            var told = new HashSet<JsonNode>();
            known.forEach(told::add);
            var changed = changes.putArray(field.getKey());
            for (var element : field.getValue()) {
                if (!told.contains(element)) {
                    changed.add(element);
                }
            }
        }
        return changes;
    }
}
