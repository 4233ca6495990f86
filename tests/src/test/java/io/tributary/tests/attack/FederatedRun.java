package io.tributary.tests.attack;

import io.tributary.operators.attack.Attack;
import io.tributary.operators.rule.AggregationRule;
import io.tributary.operators.rule.Cohort;
import io.tributary.operators.rule.RoundFacts;
import io.tributary.operators.rule.RuleState;
import io.tributary.tests.attack.ScriptNames.Example;
import io.tributary.tests.attack.ScriptNames.Split;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A federation from zero to its last round: honest silos with their data, faulty ones without, one
 * rule. Faulty silos are the last of the cohort; silo 0 is honest and is whom rules trust.
 *
 * @param rule as a specification
 * @param honest number of honest silos
 * @param faulty number of faulty silos
 * @param attack what the faulty send, as a specification; null if there are none
 */
record FederatedRun(
        Spread spread,
        String rule,
        int honest,
        int faulty,
        @Nullable String attack,
        int rounds,
        long seed) {

    /** What became of the model. */
    sealed interface Outcome {}

    /** It was trained. */
    record Trained(double accuracy) implements Outcome {}

    /** A combined delta was not finite. */
    record Lost() implements Outcome {}

    /** The rule had no answer for the rows of a round. */
    record Refused(String reason) implements Outcome {}

    Outcome run(Split data) {
        var parsed = AggregationRule.parse(rule);
        var silos = spread.deal(data.training(), honest, seed);
        int n = honest + faulty;
        var model = new float[SoftmaxRegression.PARAMETERS];
        var state = RuleState.NONE;
        for (int round = 1; round <= rounds; round++) {
            var sent = rows(model, silos, round);
            var facts = new RoundFacts(round, n, state.scalars(), null);
            double[] combined;
            try {
                var found = parsed.aggregate(sent, Cohort.uniform(n), facts, state);
                state = found.state();
                combined = found.result();
            } catch (IllegalArgumentException e) {
                return new Refused(e.getMessage());
            }
            for (int j = 0; j < model.length; j++) {
                model[j] += (float) combined[j];
                if (!Float.isFinite(model[j])) {
                    return new Lost();
                }
            }
        }
        return new Trained(SoftmaxRegression.accuracy(model, data.heldOut()));
    }

    private float[][] rows(float[] model, List<List<Example>> silos, int round) {
        var trained = trained(model, silos, round, false);
        if (attack == null) {
            return trained;
        }
        var parsed = Attack.parse(attack);
        var known = parsed.flipsLabels() ? trained(model, silos, round, true) : trained;
        var rows = Arrays.copyOf(trained, honest + faulty);
        System.arraycopy(parsed.rows(known, faulty, round), 0, rows, honest, faulty);
        return rows;
    }

    private float[][] trained(
            float[] model, List<List<Example>> silos, int round, boolean flipped) {
        var deltas = new float[honest][];
        for (int i = 0; i < honest; i++) {
            var random = new SplittableRandom((seed * 1_000 + round) * 1_000 + i);
            deltas[i] = SoftmaxRegression.delta(model, silos.get(i), flipped, random);
        }
        return deltas;
    }
}
