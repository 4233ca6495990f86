package io.tributary.aggregation;

import io.tributary.kafka.KafkaConnection;
import io.tributary.kafka.client.FederationFollower;
import io.tributary.kafka.topics.FederationTopics;
import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.round.RoundPlan;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where a relay without state begins to follow its parent's rounds: with the plan that the parent
 * wrote last. What it told before is over, even of a round of the same number: where a round was
 * planned twice, it may be told to have closed in between.
 *
 * @param plan the newest plan; null if none was written since the newest version was made
 * @param sinceMillis broker time from which on the parent's rounds have to be read
 */
record ParentRound(@Nullable RoundPlan plan, long sinceMillis) {

    /**
     * @param newest the parent's newest version
     */
    static ParentRound newest(
            KafkaConnection connection,
            FederationTopics parent,
            ModelVersion newest,
            Duration timeout) {
        var model = newest.model();
        try (var follower = FederationFollower.newest(connection, parent, model)) {
            follower.catchUp(timeout);
            return follower.newestPlan(model)
                    .filter(plan -> plan.round() > newest.version())
                    .map(plan -> new ParentRound(plan, follower.newestPlanMillis(model)))
                    .orElseGet(() -> new ParentRound(null, newest.chunksSinceMillis() + 1));
        }
    }
}
