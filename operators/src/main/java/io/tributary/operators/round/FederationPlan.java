package io.tributary.operators.round;

import static io.tributary.operators.Preconditions.checkArgument;

import io.tributary.operators.optimizer.ServerOptimizer;
import io.tributary.operators.rule.AggregationRule;
import io.tributary.operators.rule.FoldGrid;
import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.round.LocalTraining;
import java.io.Serializable;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * What the operator of a federation decides once; every round's plan follows from it.
 *
 * @param model name of the model line
 * @param rounds versions to make in all; 0 for no end
 * @param rule aggregation rule specification
 * @param fallback what to do when the rule is not defined for those who came, see {@link Fallback}
 * @param serverOptimizer server optimizer specification
 * @param codec codec of the updates
 * @param versionCodec codec of the versions, F32 or BF16
 * @param weightBasis what a silo's weight is proportional to
 * @param weightCap most tokens or examples of one silo that count; 0 for no cap
 * @param localSteps local steps per round for a silo that {@code localStepsOf} does not name
 * @param localStepsOf local steps per round by silo
 * @param training the local solver
 * @param minSilos live silos needed to plan a round
 * @param sample how many of the live silos to plan a round for, never less than the quorum or than
 *     the rule requires
 * @param sampleBy what the chance to be drawn is proportional to, with the cap of the weights
 * @param quorum complete updates needed to close a round, or as many as can still come once silos
 *     have been shut out
 * @param graceMillis how long to wait for the rest after the quorum, at most
 * @param graceMinMillis how long to wait at least, if the grace factor is not 0
 * @param graceFactor how far behind the median arrival to wait, see {@link AdaptiveGrace}; 0 for
 *     all of the grace
 * @param deadlineMillis how long a round may take before it closes with a quorum, or is extended
 * @param silenceMillis how long after its last sign of life a silo counts as live
 * @param publishTimeoutMillis how long after a round's close its version may take to appear before
 *     it is published again
 * @param snapshotEvery every how many versions the optimizer's moments are published too
 * @param foldQuantumExponent grid of the folding rules, see {@link FoldGrid}
 * @param relays silos that may send sums of a region's deltas, and for how many silos each may
 *     speak at most
 * @param pace how rounds follow each other, and what becomes of late updates
 * @param seed root of everything random
 */
public record FederationPlan(
        String model,
        int rounds,
        String rule,
        String fallback,
        String serverOptimizer,
        Codec codec,
        Codec versionCodec,
        WeightBasis weightBasis,
        long weightCap,
        int localSteps,
        Map<String, Integer> localStepsOf,
        LocalTraining training,
        int minSilos,
        SampleSize sample,
        WeightBasis sampleBy,
        int quorum,
        long graceMillis,
        long graceMinMillis,
        double graceFactor,
        long deadlineMillis,
        long silenceMillis,
        long publishTimeoutMillis,
        int snapshotEvery,
        int foldQuantumExponent,
        Map<String, Integer> relays,
        Pace pace,
        long seed)
        implements Serializable {

    /** Silos behind all relays together: a version's manifest names them all in one record. */
    private static final int MOST_RELAYED = 2_000;

    /**
     * @throws IllegalArgumentException naming the first setting that cannot work, and why
     */
    public FederationPlan {
        var parsed = AggregationRule.parse(rule);
        var parsedFallback = new Fallback(fallback);
        ServerOptimizer.parse(serverOptimizer);
        new FoldGrid(foldQuantumExponent);
        checkArgument(
                parsed.weighted() || weightBasis == WeightBasis.UNIFORM,
                "rule %s has no well-founded form for unequal weights: it counts rows; use uniform"
                        + " weights, got %s",
                rule,
                weightBasis);
        parsedFallback
                .rule()
                .ifPresent(
                        other ->
                                checkArgument(
                                        other.weighted() || weightBasis == WeightBasis.UNIFORM,
                                        "fallback %s has no well-founded form for unequal weights;"
                                                + " use uniform weights, got %s",
                                        other,
                                        weightBasis));
        checkVersionCodec(versionCodec);
        checkArgument(rounds >= 0, "rounds must be >= 0, got %s", rounds);
        checkArgument(weightCap >= 0, "weight cap must be >= 0, got %s", weightCap);
        checkArgument(localSteps >= 1, "local steps must be >= 1, got %s", localSteps);
        localStepsOf.forEach(
                (silo, steps) ->
                        checkArgument(
                                steps >= 1, "local steps of %s must be >= 1, got %s", silo, steps));
        checkArgument(minSilos >= 1, "minimum of silos must be >= 1, got %s", minSilos);
        checkArgument(
                quorum >= 1 && quorum <= minSilos,
                "quorum must be 1 to the minimum of silos (%s), got %s",
                minSilos,
                quorum);
        int required = new HashSet<>(parsed.requiredRows()).size();
        checkArgument(
                required <= minSilos,
                "rule %s requires %s silos by name; the minimum of silos must be as many, got %s",
                rule,
                required,
                minSilos);
        sample.checkHolds(Math.max(quorum, required));
        int planned = plannedOf(sample, minSilos, quorum, required);
        checkPlanned(parsed, planned, sample);
        parsedFallback.rule().ifPresent(other -> RoundWeighing.checkFits(other, planned));
        parsedFallback.checkQuorum(parsed, quorum);
        new AdaptiveGrace(graceMinMillis, graceMillis, graceFactor);
        checkArgument(
                graceFactor == 0 || quorum >= 2,
                "a grace factor needs arrivals that can differ: a quorum of at least 2, got %s",
                quorum);
        checkArgument(deadlineMillis >= 1, "deadline must be >= 1 ms, got %s", deadlineMillis);
        checkArgument(silenceMillis >= 1, "silence must be >= 1 ms, got %s", silenceMillis);
        checkArgument(
                publishTimeoutMillis >= 1,
                "publish timeout must be >= 1 ms, got %s",
                publishTimeoutMillis);
        checkArgument(snapshotEvery >= 1, "snapshot every must be >= 1, got %s", snapshotEvery);
        checkArgument(
                pace.stalenessLimit() == 0
                        || pace.stalenessExponent() == 0
                        || (parsed.weighted()
                                && parsedFallback.rule().filter(r -> !r.weighted()).isEmpty()),
                "late updates count for less, and rule %s (fallback %s) counts rows; use a staleness"
                        + " exponent of 0, or drop late updates",
                rule,
                fallback);
        checkArgument(
                relays.isEmpty() || pace.mode() != Pace.Mode.ASYNCHRONOUS,
                "a relay's sum counts in its own round only, and an asynchronous round waits for"
                        + " nobody once its quorum is there: no region but the fastest would ever"
                        + " count; use another mode, or no relays");
        long relayed = 0;
        for (var relay : relays.entrySet()) {
            checkArgument(
                    relay.getValue() >= 1,
                    "relay %s must be allowed to speak for at least 1 silo, got %s",
                    relay.getKey(),
                    relay.getValue());
            relayed += relay.getValue();
        }
        checkArgument(
                relayed <= MOST_RELAYED,
                "relays may speak for at most %s silos together, got %s",
                MOST_RELAYED,
                relayed);
        relays = Map.copyOf(relays);
        localStepsOf = Map.copyOf(localStepsOf);
    }

    /**
     * This federation with what operators have changed since.
     *
     * @throws IllegalArgumentException if a change cannot be read, or the whole would not work
     */
    public FederationPlan with(List<PlanChange> changes) {
        if (changes.isEmpty()) {
            return this;
        }
        var settings = new Settings(this);
        for (var change : changes) {
            PlanSetting.of(change.key()).set(settings, change.value());
        }
        return settings.build();
    }

    /** What can be changed while the federation runs. */
    static final class Settings {
        private final FederationPlan federation;
        String rule;
        String fallback;
        String serverOptimizer;
        int localSteps;
        LocalTraining training;
        int minSilos;
        SampleSize sample;
        int quorum;
        long graceMillis;
        long deadlineMillis;

        private Settings(FederationPlan federation) {
            this.federation = federation;
            rule = federation.rule();
            fallback = federation.fallback();
            serverOptimizer = federation.serverOptimizer();
            localSteps = federation.localSteps();
            training = federation.training();
            minSilos = federation.minSilos();
            sample = federation.sample();
            quorum = federation.quorum();
            graceMillis = federation.graceMillis();
            deadlineMillis = federation.deadlineMillis();
        }

        FederationPlan build() {
            return new FederationPlan(
                    federation.model(),
                    federation.rounds(),
                    rule,
                    fallback,
                    serverOptimizer,
                    federation.codec(),
                    federation.versionCodec(),
                    federation.weightBasis(),
                    federation.weightCap(),
                    localSteps,
                    federation.localStepsOf(),
                    training,
                    minSilos,
                    sample,
                    federation.sampleBy(),
                    quorum,
                    graceMillis,
                    Math.min(federation.graceMinMillis(), graceMillis),
                    federation.graceFactor(),
                    deadlineMillis,
                    federation.silenceMillis(),
                    federation.publishTimeoutMillis(),
                    federation.snapshotEvery(),
                    federation.foldQuantumExponent(),
                    federation.relays(),
                    federation.pace(),
                    federation.seed());
        }
    }

    /**
     * Of the half-width codecs only bf16 has the range of f32: parameters have no bound.
     *
     * @throws IllegalArgumentException if versions cannot be published in this codec
     */
    public static Codec checkVersionCodec(Codec codec) {
        checkArgument(
                codec == Codec.F32 || codec == Codec.BF16,
                "versions are published in f32 or bf16, got %s",
                codec.lowerCaseName());
        return codec;
    }

    /** Whether it ends before this round. */
    boolean isOver(int round) {
        return rounds > 0 && round > rounds;
    }

    /** Whether a rule, and the one that may stand in for it, take so many rows. */
    static boolean takes(String rule, String fallback, int rows) {
        return isDefined(AggregationRule.parse(rule), rows)
                && new Fallback(fallback).rule().filter(r -> !isDefined(r, rows)).isEmpty();
    }

    private static boolean isDefined(AggregationRule rule, int rows) {
        try {
            rule.checkPlanned(rows);
            RoundWeighing.checkFits(rule, rows);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** For how many of so many live silos a round is planned, if its rule takes so many. */
    int plannedOf(int live) {
        int required = new HashSet<>(AggregationRule.parse(rule).requiredRows()).size();
        return plannedOf(sample, live, quorum, required);
    }

    private static int plannedOf(SampleSize sample, int live, int quorum, int required) {
        return Math.min(live, Math.max(sample.of(live), Math.max(quorum, required)));
    }

    private static void checkPlanned(AggregationRule rule, int planned, SampleSize sample) {
        try {
            rule.checkPlanned(planned);
            RoundWeighing.checkFits(rule, planned);
        } catch (IllegalArgumentException e) {
            if (sample.equals(SampleSize.ALL)) {
                throw e;
            }
            throw new IllegalArgumentException(
                    "%s; sample %s of the minimum of silos plans rounds for %s: raise one of them"
                            .formatted(e.getMessage(), sample, planned),
                    e);
        }
    }

    /** For how many silos this one may speak: 1, unless it is a relay. */
    int silosOf(String silo) {
        return relays.getOrDefault(silo, 1);
    }

    int localStepsFor(String silo) {
        return localStepsOf.getOrDefault(silo, localSteps);
    }
}
