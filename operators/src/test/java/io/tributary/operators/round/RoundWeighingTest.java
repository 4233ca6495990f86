package io.tributary.operators.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tributary.operators.kernel.FloatRows;
import io.tributary.operators.kernel.Passes;
import io.tributary.operators.privacy.SecretNoise;
import io.tributary.operators.rule.AggregationRule;
import io.tributary.operators.rule.Gram;
import io.tributary.operators.rule.RoundFacts;
import io.tributary.schemas.model.CohortMember;
import io.tributary.schemas.model.Measurement;
import io.tributary.schemas.round.RoundWeights;
import io.tributary.schemas.update.UpdateId;
import io.tributary.schemas.wire.Wire;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RoundWeighingTest {

    private static final float[][] ROWS = {{1, 0}, {3, 4}, {0, 2}, {1, 1}, {-6, 8}};

    private final RoundWeighing weighing = new RoundWeighing(null);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "median",
                "trimmed-mean(f=1)",
                "fednova | median",
                "clipping(c=2) | mean",
                "clipping(c=2) | median",
                "nnm(f=1) | trimmed-mean(f=1)",
                "bucketing(s=2) | median",
                "fednova | nnm(f=1) | geometric-median",
                "multi-krum(f=1)"
            })
    void whatIsReadBackFromTheLogCombinesLikeWhatTheRuleFound(String specification)
            throws Exception {
        var rule = AggregationRule.parse(specification);
        var order = order(specification, "extend", 2, 4, 1);
        var found = rule.weigh(gram(), order.members(), new RoundFacts(7, 5, Map.of(), null));

        var published = weighing.weigh(order, gram());
        var read = RoundWeighing.read(Wire.decode(Wire.encode(published), RoundWeights.class));

        var rows = new FloatRows(ROWS);
        assertThat(rule.combine(rows, read)).containsExactly(rule.combine(rows, found));
        assertThat(read.factor()).isEqualTo(found.factor());
        assertThat(read.selected()).containsExactly(found.selected());
        assertThat(published.rule()).isEqualTo(rule.toString());
        assertThat(published.note()).isEmpty();
    }

    @Test
    void mixingThatChangesTheNumberOfRowsIsWrittenRowByRow() {
        var published = weighing.weigh(order("bucketing(s=2) | median", "extend", 1, 1, 1), gram());

        assertThat(published.rows()).isEqualTo(3);
        assertThat(published.mixing()).hasSize(3 * 5);
        assertThat(published.weights()).hasSize(3);
        assertThat(published.coefficients()).isEmpty();
        assertThat(RoundWeighing.read(published).mixing().columns()).isEqualTo(5);
    }

    @ParameterizedTest
    @CsvSource({
        "krum(f=1), extend, 1",
        "q-fedavg(q=1), krum(f=1), 0",
        "q-fedavg(q=1), 'nnm(f=1) | mean', NaN"
    })
    void whatNeedsInnerProductsIsNotWeighedByNormsAlone(String rule, String fallback, double loss) {
        assertThat(weighing.weigh(order(rule, fallback, 1, 1, loss))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
    void aLossThatASiloClaimsCannotStopTheJob(double loss) {
        var byDistances = order("q-fedavg(q=1)", "krum(f=1)", 1, 1, loss);
        assertThat(weighing.weigh(byDistances, gram()).selected()).hasSize(1);

        var byNothing = weighing.weigh(order("q-fedavg(q=1)", "mean", 1, 1, loss)).orElseThrow();
        assertThat(byNothing.rule()).isEqualTo("mean");
        assertThat(byNothing.note()).contains("q-fedavg needs a loss above 0");
        assertThat(byNothing.coefficients()).containsOnly(0.2);

        var zero = weighing.weigh(order("q-fedavg(q=1)", "extend", 1, 1, loss)).orElseThrow();
        assertThat(zero.coefficients()).hasSize(5).containsOnly(0);
        assertThat(zero.note()).contains("q-fedavg needs a loss above 0");
    }

    /** Without its secret, or with a plan it was not made for, private means nothing at all. */
    @Test
    void noRuleWithoutNoiseStandsInForOneThatPromisedIt() {
        var weights = weighing.weigh(order("dp-mean(clip=1)", "mean", 1, 1, 1)).orElseThrow();

        assertThat(weights.coefficients()).containsOnly(0);
        assertThat(weights.noiseDeviation()).isZero();
        assertThat(weights.note()).contains("no secret");
    }

    @Test
    void whatTheRuleHandedOnComesInAndGoesOutAndSurvivesARoundWithoutAnswer() {
        var noise = new SecretNoise(new byte[SecretNoise.SECRET_BYTES], "main");
        var rule = "dp-mean(clip=1, noise=1, adaptive=true)";
        var adaptive = withMeasurements(order(rule, "extend", 1, 1, 1), 5);
        var deviation = new RoundWeighing(noise).weigh(adaptive).orElseThrow();
        var larger = withMeasurements(order(rule, "extend", 1, 1, 1), 10);

        assertThat(new RoundWeighing(noise).weigh(larger).orElseThrow().noiseDeviation())
                .isCloseTo(2 * deviation.noiseDeviation(), within(1e-12));
        assertThat(deviation.measurements())
                .extracting(Measurement::name)
                .containsExactly("clipping-norm");
        assertThat(weighing.weigh(adaptive).orElseThrow().measurements())
                .containsExactly(new Measurement("clipping-norm", 5));
    }

    @Test
    void aCentreHasACoefficientOfItsOwnEvenIfNothingIsCombined() {
        var rule = AggregationRule.parse("centered-clipping(tau=1)");
        var withCentre = new float[6][];
        System.arraycopy(ROWS, 0, withCentre, 0, 5);
        withCentre[5] = new float[] {1, 1};
        var gram = Gram.ofPacked(6, Passes.products(new FloatRows(withCentre)));

        var weights = weighing.weigh(order(rule.toString(), "extend", 1, 1, 1), gram);

        assertThat(weights.coefficients()).hasSize(6);
        double sum = 0;
        for (double coefficient : weights.coefficients()) {
            sum += coefficient;
        }
        assertThat(sum).isCloseTo(1, within(1e-12));
    }

    private static WeighingOrder withMeasurements(WeighingOrder order, double clippingNorm) {
        return new WeighingOrder(
                order.model(),
                order.round(),
                order.rule(),
                order.fallback(),
                order.planned(),
                order.cohort(),
                order.uploads(),
                List.of(new Measurement("clipping-norm", clippingNorm)));
    }

    /** Five silos of equal weight; the first ones did this much work, the last claims this loss. */
    private static WeighingOrder order(
            String rule, String fallback, double work, double otherWork, double loss) {
        var cohort = new ArrayList<CohortMember>();
        var uploads = new ArrayList<UpdateId>();
        for (int i = 0; i < ROWS.length; i++) {
            double norm = Math.hypot(ROWS[i][0], ROWS[i][1]);
            cohort.add(
                    new CohortMember(
                            "silo-" + i,
                            "",
                            1,
                            1,
                            0,
                            0.2,
                            i < 2 ? work : otherWork,
                            10,
                            640,
                            norm,
                            i == ROWS.length - 1 ? loss : 2));
            uploads.add(new UpdateId(7, 1, i));
        }
        return new WeighingOrder("main", 7, rule, fallback, 5, cohort, uploads, List.of());
    }

    private static Gram gram() {
        return Gram.ofPacked(ROWS.length, Passes.products(new FloatRows(ROWS)));
    }
}
