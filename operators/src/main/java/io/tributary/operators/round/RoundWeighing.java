package io.tributary.operators.round;

import static io.tributary.operators.Preconditions.checkArgument;

import io.tributary.operators.rule.AggregationRule;
import io.tributary.operators.rule.Evidence;
import io.tributary.operators.rule.Gram;
import io.tributary.operators.rule.Kept;
import io.tributary.operators.rule.Mixing;
import io.tributary.operators.rule.NoiseSource;
import io.tributary.operators.rule.RoundFacts;
import io.tributary.operators.rule.Weighing;
import io.tributary.schemas.model.Measurement;
import io.tributary.schemas.round.RoundWeights;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Applies a rule to a closed round, once for the whole model, and writes down what came out in the
 * form that is published.
 *
 * <p>A rule may find that it has no answer: a filter that keeps nobody, say. Then the fallback's
 * rule is applied, if it names one; otherwise nothing is: the combined delta is zero, the version
 * is made without this round's updates, and the {@linkplain RoundWeights#note() note} says why.
 */
public final class RoundWeighing {

    /** Silos whose n x n mixing matrix of doubles fits a record of 1 MiB with the rest. */
    private static final int MOST_MIXED = 300;

    private final @Nullable NoiseSource noise;

    /**
     * @param noise for rules that add noise; null where there is no secret
     */
    public RoundWeighing(@Nullable NoiseSource noise) {
        this.noise = noise;
    }

    /**
     * Applies a rule, if that needs no more of the updates than their norms.
     *
     * @return empty if the rule, or the one that has to stand in for it, needs inner products
     */
    public Optional<RoundWeights> weigh(WeighingOrder order) {
        var rule = AggregationRule.parse(order.rule());
        if (rule.evidence() == Evidence.PRODUCTS) {
            return Optional.empty();
        }
        var gram = Gram.ofSquaredNorms(order.squaredNorms());
        try {
            return Optional.of(applied(order, rule, gram, false));
        } catch (IllegalArgumentException noAnswer) {
            return standIn(order, rule).filter(r -> r.evidence() == Evidence.PRODUCTS).isPresent()
                    ? Optional.empty()
                    : Optional.of(withoutAnswer(order, rule, gram, false, noAnswer.getMessage()));
        }
    }

    /**
     * Applies a rule.
     *
     * @param gram of the cohort's rows
     */
    public RoundWeights weigh(WeighingOrder order, Gram gram) {
        var rule = AggregationRule.parse(order.rule());
        try {
            return applied(order, rule, gram, true);
        } catch (IllegalArgumentException noAnswer) {
            return withoutAnswer(order, rule, gram, true, noAnswer.getMessage());
        }
    }

    private RoundWeights applied(
            WeighingOrder order, AggregationRule rule, Gram gram, boolean measured) {
        return written(order, rule, rule.weigh(gram, order.members(), facts(order)), measured, "");
    }

    /**
     * What promised noise has no stand-in without any; what keeps something has none either, for
     * the inner products are then of other rows than those that are combined.
     */
    private static Optional<AggregationRule> standIn(WeighingOrder order, AggregationRule rule) {
        return new Fallback(order.fallback())
                .rule()
                .filter(r -> !rule.addsNoise() && rule.keeps() == Kept.NOTHING);
    }

    private RoundWeights withoutAnswer(
            WeighingOrder order, AggregationRule rule, Gram gram, boolean measured, String reason) {
        var other = standIn(order, rule);
        if (other.isEmpty()) {
            return nothing(order, rule, measured, reason);
        }
        try {
            var weighing = other.get().weigh(gram, order.members(), facts(order));
            return written(order, other.get(), weighing, measured, reason);
        } catch (IllegalArgumentException noAnswer) {
            return nothing(order, rule, measured, reason + "; and " + noAnswer.getMessage());
        }
    }

    /** Zero times every row. */
    private static RoundWeights nothing(
            WeighingOrder order, AggregationRule rule, boolean measured, String reason) {
        var zeros = new double[rule.rowsToCombine(order.cohort().size())];
        var weighing = new Weighing(zeros, null, null, 1, new int[0], 0, scalars(order));
        return written(order, AggregationRule.parse("mean"), weighing, measured, reason);
    }

    private RoundFacts facts(WeighingOrder order) {
        return new RoundFacts(order.round(), order.planned(), scalars(order), noise);
    }

    private static Map<String, Double> scalars(WeighingOrder order) {
        return order.measurements().stream()
                .collect(Collectors.toMap(Measurement::name, Measurement::value));
    }

    private static RoundWeights written(
            WeighingOrder order,
            AggregationRule rule,
            Weighing weighing,
            boolean measured,
            String note) {
        var mixing = weighing.mixing();
        var weights = weighing.weights() == null ? new double[0] : weighing.weights();
        return new RoundWeights(
                order.model(),
                order.round(),
                rule.toString(),
                order.silos(),
                order.uploads(),
                measured,
                weighing.coefficients() == null ? new double[0] : weighing.coefficients(),
                weights.length,
                mixing == null ? new double[0] : values(mixing),
                weights,
                weighing.factor(),
                weighing.selected(),
                weighing.noiseDeviation(),
                measurements(weighing.scalars()),
                note);
    }

    /** In the order of their names. */
    private static List<Measurement> measurements(Map<String, Double> scalars) {
        return new TreeMap<>(scalars)
                .entrySet().stream().map(e -> new Measurement(e.getKey(), e.getValue())).toList();
    }

    /** What a chunk is to be combined by. */
    public static Weighing read(RoundWeights weights) {
        boolean linear = weights.rows() == 0;
        return new Weighing(
                linear ? weights.coefficients() : null,
                mixing(weights),
                linear ? null : weights.weights(),
                weights.factor(),
                weights.selected(),
                weights.noiseDeviation(),
                Map.of());
    }

    /**
     * Refuses numbers of silos whose mixing matrix would not fit a record.
     *
     * @throws IllegalArgumentException naming the rule, the bound and the number
     */
    static void checkFits(AggregationRule rule, int silos) {
        checkArgument(
                silos <= MOST_MIXED || !rule.mixesRows(),
                "'%s' publishes a matrix of %s x %s; at most %s silos fit a record",
                rule,
                silos,
                silos,
                MOST_MIXED);
    }

    /** A diagonal matrix by its diagonal: a record has to hold it. */
    private static double[] values(Mixing mixing) {
        return mixing.isDiagonal() ? mixing.diagonal() : mixing.toRowMajor();
    }

    private static @Nullable Mixing mixing(RoundWeights weights) {
        var values = weights.mixing();
        if (values.length == 0) {
            return null;
        }
        return values.length == weights.rows()
                ? Mixing.diagonal(values)
                : Mixing.ofRowMajor(weights.rows(), values);
    }
}
