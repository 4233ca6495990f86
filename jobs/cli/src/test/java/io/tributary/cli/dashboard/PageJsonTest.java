package io.tributary.cli.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tributary.cli.watch.FederationView;
import io.tributary.cli.watch.Records;
import io.tributary.cli.watch.ScriptedFederation;
import io.tributary.cli.watch.StatusJson;
import io.tributary.schemas.update.RejectionReason;
import java.util.ArrayList;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PageJsonTest {

    @Test
    void isTheStatusAndWhatOnlyThePageKnows() {
        var now = Seen.smallFederation();

        var json = PageJson.of(Seen.of(now), now);

        var status = StatusJson.of(now);
        status.fieldNames().forEachRemaining(name -> assertThat(json.has(name)).as(name).isTrue());
        assertThat(json.at("/models").toString()).isEqualTo("[\"main\"]");
        assertThat(json.get("up").asBoolean()).isTrue();
        assertThat(json.get("ended").asBoolean()).isFalse();
        assertThat(json.get("blockedSeconds").asDouble()).isEqualTo(3);
        assertThat(json.at("/silos/a/lag").asInt()).isEqualTo(7);
    }

    @Test
    void tellsWhatAVersionIsMadeOf() {
        var now = Seen.smallFederation();

        var json = PageJson.of(Seen.of(now), now);

        var version = json.at("/versions/1");
        assertThat(version.get("combinedNorm").asDouble()).isEqualTo(1.2);
        // Both weigh 0.25 in these records, and have a norm of 1.5.
        assertThat(version.get("consensus").asDouble()).isCloseTo(1.2 / 0.75, within(1e-12));
        assertThat(version.at("/cohort/a/contribution").asDouble()).isEqualTo(0.5);
        assertThat(version.at("/perplexities/b").asDouble()).isCloseTo(32, within(1e-9));
        assertThat(version.get("perplexity").asDouble()).isCloseTo(16, within(1e-9));
        assertThat(version.get("fullyEvaluated").asBoolean()).isTrue();
        assertThat(version.get("time").asText()).isEqualTo("1970-01-01T00:00:20Z");
        assertThat(json.get("phase").asText()).isEqualTo("late");
        assertThat(json.at("/silos/a/update/version").asInt()).isEqualTo(1);
        assertThat(json.at("/silos/a/activity/word").asText()).isEqualTo("training");
        assertThat(json.at("/silos/a/activity/step").asInt()).isEqualTo(10);
        assertThat(json.at("/silos/b/activity/kind").asText()).isEqualTo("gone");
    }

    @Test
    void whatIsNotKnownIsNull() {
        var now = new FederationView("f").snapshot("main", 5);

        var json = PageJson.of(Seen.of(now), now);

        assertThat(json.get("version").isNull()).isTrue();
        assertThat(json.get("secondsSinceVersion").isNull()).isTrue();
        assertThat(json.get("secondsBetweenVersions").isNull()).isTrue();
        assertThat(json.get("phase").asText()).isEqualTo("idle");
        assertThat(json.get("refusalCount").asInt()).isZero();
    }

    @Test
    void ofManyRefusalsTheNewestAreShown() {
        var view = new FederationView("f");
        for (int round = 1; round <= 130; round++) {
            view.accept(Records.refused("a", round, 1, RejectionReason.INCOMPLETE, round), round);
        }
        var now = view.snapshot("main", 200);

        var json = PageJson.of(Seen.of(now), now);

        assertThat(json.get("refusalCount").asInt()).isEqualTo(130);
        assertThat(json.get("refusals")).hasSize(100);
        assertThat(json.at("/refusals/99/round").asInt()).isEqualTo(130);
    }

    /** What a browser does with them is the same (feed.js), and is tested in one. */
    @Test
    void whoIsToldTheChangesKnowsAll() throws InterruptedException {
        var moments = new ArrayList<ObjectNode>();
        new ScriptedFederation().run(4, now -> moments.add(PageJson.of(Seen.of(now), now)));

        var known = moments.get(0).deepCopy();
        for (int i = 1; i < moments.size(); i++) {
            var changes = PageJson.changes(moments.get(i - 1), moments.get(i));
            for (var change : changes.properties()) {
                boolean history = change.getKey().matches("rounds|versions");
                if (!history) {
                    known.set(change.getKey(), change.getValue());
                    continue;
                }
                var key = change.getKey().equals("rounds") ? "round" : "version";
                var elements = new TreeMap<Integer, JsonNode>();
                known.get(change.getKey()).forEach(e -> elements.put(e.get(key).asInt(), e));
                change.getValue().forEach(e -> elements.put(e.get(key).asInt(), e));
                known.putArray(change.getKey()).addAll(elements.values());
            }
            assertThat(known).isEqualTo(moments.get(i));
        }
        var last = moments.get(moments.size() - 1);
        assertThat(PageJson.changes(last, last)).isEmpty();
        assertThat(last.get("versions")).hasSize(5);
    }
}
