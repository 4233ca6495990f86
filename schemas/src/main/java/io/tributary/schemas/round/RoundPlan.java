package io.tributary.schemas.round;

import io.tributary.schemas.codec.Codec;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;

/**
 * What is to happen in one round: who trains, for how long, and how the updates are combined.
 * Written once, before the round, by the round coordinator alone.
 *
 * @param model name of the model line
 * @param round round number, from 1; it produces the version of the same number
 * @param baseVersion version every silo trains from; the one before the last if training overlaps
 *     with the combining of the round before
 * @param layoutDigest hex SHA-256 of the model layout
 * @param rule aggregation rule, in the syntax of rule specifications, e.g. {@code
 *     trimmed-mean(f=1)}
 * @param fallback what to do when the rule is not defined for those who came: {@code extend},
 *     {@code lower-f}, or another rule
 * @param serverOptimizer server optimizer, e.g. {@code nesterov(lr=0.7, momentum=0.9)}
 * @param codec codec of the updates
 * @param silos who takes part, in silo-id order, with weights that sum to 1
 * @param training the local solver and its schedule
 * @param clock learning-rate clock at the start of the round, in local steps; it advances by the
 *     largest {@link SiloAssignment#localSteps()} of the plan
 * @param foldQuantumExponent folding rules round every weighted value to a multiple of 2 to this
 *     power, so that sums are exact in any order
 * @param quorum complete updates needed to close
 * @param graceMillis how long after the quorum to wait for the rest at most
 * @param graceMinMillis how long after the quorum to wait for the rest at least, if graceFactor is
 *     not 0
 * @param graceFactor between these bounds the wait ends at the median of the arrival times so far
 *     plus this many times their median distance from it; 0 to wait for graceMillis, whatever came
 *     when
 * @param deadlineMillis how long after the round opened to close with a quorum at the latest
 * @param stalenessLimit how many rounds later than its own an update is still taken, at a lesser
 *     weight; 0 if late updates are dropped
 * @param stalenessExponent the weight of an update that is {@code s} rounds late is multiplied by
 *     {@code (1 + s)^-stalenessExponent}
 * @param totalSize what the silos' sizes were divided by to give weights; a relay divides by the
 *     same, so that two levels weigh as one
 * @param seed root of everything random in this round
 */
public record RoundPlan(
        String model,
        int round,
        int baseVersion,
        String layoutDigest,
        String rule,
        String fallback,
        String serverOptimizer,
        Codec codec,
        List<SiloAssignment> silos,
        LocalTraining training,
        long clock,
        int foldQuantumExponent,
        int quorum,
        long graceMillis,
        long graceMinMillis,
        double graceFactor,
        long deadlineMillis,
        int stalenessLimit,
        double stalenessExponent,
        double totalSize,
        long seed)
        implements Serializable {

    /** The part of {@code silo} in this round, if it has one. */
    public Optional<SiloAssignment> assignment(String silo) {
        return silos.stream().filter(s -> s.silo().equals(silo)).findFirst();
    }

    /** Local steps of the silo that does the most: what the clock advances by. */
    public int largestLocalSteps() {
        return silos.stream().mapToInt(SiloAssignment::localSteps).max().orElse(0);
    }
}
