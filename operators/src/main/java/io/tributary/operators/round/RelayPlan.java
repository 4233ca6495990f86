package io.tributary.operators.round;

import static io.tributary.operators.Preconditions.checkArgument;

import io.tributary.operators.rule.AggregationRule;
import java.io.Serializable;

/**
 * What the operator of a relay decides once. The rest of every round comes from the parent's plan.
 *
 * @param relay the relay's silo id in the parent federation
 * @param region quorum, grace, silence, publish timeout, sample and weights of the region, whose
 *     weights must be counted as the parent counts them; its rule is the one by which the region is
 *     combined where the parent's does not fold, and its deadline the longest
 * @param deadlineShare part of the parent's deadline that a round of the region may take; the rest
 *     is for the relay's own upload
 * @param heartbeatMillis how often to show the parent that the region lives
 */
public record RelayPlan(
        String relay, FederationPlan region, double deadlineShare, long heartbeatMillis)
        implements Serializable {

    /**
     * @throws IllegalArgumentException naming the first setting that cannot work, and why
     */
    public RelayPlan {
        checkArgument(
                AggregationRule.parse(region.rule()).folding().isPresent(),
                "a relay adds deltas up: its rule must be mean or fednova, got %s",
                region.rule());
        checkArgument(
                deadlineShare > 0 && deadlineShare <= 1,
                "a relay's share of the deadline must be above 0 and at most 1, got %s",
                deadlineShare);
        checkArgument(heartbeatMillis >= 1, "heartbeat must be >= 1 ms, got %s", heartbeatMillis);
        checkArgument(
                region.pace().equals(Pace.SYNCHRONOUS),
                "a region's rounds are its parent's: it has no mode and takes no late updates");
    }
}
