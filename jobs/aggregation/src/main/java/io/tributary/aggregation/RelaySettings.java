package io.tributary.aggregation;

import io.tributary.kafka.topics.FederationTopics;
import io.tributary.operators.round.RelayPlan;

/**
 * What makes a job a relay.
 *
 * @param parent topics of the federation it sends its region's sums to
 * @param plan what the rounds of the region follow from, besides the parent's plans
 */
public record RelaySettings(FederationTopics parent, RelayPlan plan) {

    /**
     * The job's name in its parent: prefix of its transactional ids there. Relays of one silo have
     * a model line each, and must not end each other's transactions.
     */
    public String name() {
        return "%s.%s.%s".formatted(parent.federation(), plan.relay(), plan.region().model());
    }
}
