package io.tributary.schemas.model;

import java.io.Serializable;

/**
 * One silo's contribution to a version.
 *
 * @param silo silo id
 * @param relay the relay through which its update came; empty if it came directly
 * @param round round its update was trained for; an earlier one than the version if it came late
 * @param attempt accepted attempt
 * @param baseVersion version it trained from
 * @param weight weight in the combination; the weights of a cohort sum to 1
 * @param normalizer what its delta was divided by under FedNova, as reported
 * @param localSteps local steps it took
 * @param tokens tokens it processed
 * @param norm verified L2 norm of its delta
 * @param trainLoss its mean training loss, nats per token
 */
public record CohortMember(
        String silo,
        String relay,
        int round,
        int attempt,
        int baseVersion,
        double weight,
        double normalizer,
        int localSteps,
        long tokens,
        double norm,
        double trainLoss)
        implements Serializable {}
