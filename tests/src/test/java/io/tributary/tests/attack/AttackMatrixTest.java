package io.tributary.tests.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tributary.tests.attack.FederatedRun.Lost;
import io.tributary.tests.attack.FederatedRun.Outcome;
import io.tributary.tests.attack.FederatedRun.Refused;
import io.tributary.tests.attack.FederatedRun.Trained;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The matrix in small: eleven silos, two of them faulty, a few rounds, one seed. */
class AttackMatrixTest {

    private static final ScriptNames.Split DATA = ScriptNames.load();
    private static final int N = 11;
    private static final int F = 2;
    private static final int ROUNDS = 20;

    @Test
    void theProblemIsLearnable() {
        assertThat(DATA.training()).hasSizeGreaterThan(2_000);
        assertThat(honestOnly(Spread.IID)).isGreaterThan(0.55); // 0.1 is chance
        assertThat(honestOnly(Spread.HETEROGENEOUS)).isGreaterThan(0.5);
    }

    @ParameterizedTest
    @CsvSource({"foe(epsilon=10)", "gaussian(deviation=5)"})
    void aMeanIsOverturned(String attack) {
        assertThat(accuracy("mean", attack)).isLessThan(honestOnly(Spread.IID) - 0.25);
    }

    @Test
    void aMeanIsLostToInfinitiesAndASmallLieSlipsThroughKrum() {
        assertThat(run(Spread.IID, "mean", "infinity")).isInstanceOf(Lost.class);
        assertThat(run(Spread.IID, "clipping(c=1) | mean", "infinity")).isInstanceOf(Refused.class);
        assertThat(accuracy("krum(f=2)", "ipm(epsilon=0.1)")).isLessThan(0.2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "nnm(f=2) | trimmed-mean(f=2); foe(epsilon=10)",
                "nnm(f=2) | trimmed-mean(f=2); sign-flip",
                "nnm(f=2) | trimmed-mean(f=2); infinity",
                "multi-krum(f=2); gaussian(deviation=5)",
                "median; infinity",
                "caf(f=2); foe(epsilon=10)",
                "caf(f=2); mimic",
                "smea(f=2); sign-flip",
                "smea(f=2); label-flip",
                "cosine-filter(min=0); foe(epsilon=10)",
                "fltrust(trusted=0); foe(epsilon=10)",
                "arc(f=2) | mean; gaussian(deviation=5)",
                "geometric-median(iterations=20, nu=1e-6); foe(epsilon=10)",
            })
    void aRobustRuleStaysWithTheHonestMean(String rule, String attack) {
        assertThat(accuracy(rule, attack)).isCloseTo(honestOnly(Spread.IID), within(0.06));
    }

    @Test
    void aRunHasOneOutcome() {
        var rule = "bucketing(s=2, seed=7) | median";
        assertThat(run(Spread.HETEROGENEOUS, rule, "gaussian"))
                .isEqualTo(run(Spread.HETEROGENEOUS, rule, "gaussian"));
    }

    @Test
    void theMatrixHasALineForEveryRuleAndACellForEveryAttack() {
        var rules = List.of("median", "bulyan(f=F)");
        var attacks = List.of("mimic", "infinity");
        var table = new AttackMatrix(rules, attacks, List.of(7), List.of(2), 1, 1);
        assertThat(table.summary())
                .contains("IID rows, n = 7, f = 2, 1 seed, 1 round:")
                .containsPattern("\\| `median` \\|( -?\\d+ \\|){3}")
                .contains("| `bulyan(f=F)` | - | - |"); // needs 11
    }

    @Test
    void aReportHasATableForEveryNumberOfSilosAndOfFaultyOnes() {
        var rules = List.of("median", "krum(f=F)");
        var attacks = List.of("mimic", "infinity");
        var matrix = new AttackMatrix(rules, attacks, List.of(5, 7), List.of(1, 2), 2, 1);
        var report = matrix.everyCombination("./tributary bench attacks");

        var figures = "( -?\\d+\\.\\d±\\d+\\.\\d \\|){3}";
        var sections = report.split("\n### ");
        assertThat(sections).hasSize(1 + 2 * 4);
        assertThat(sections[0]).contains("./tributary bench attacks", "2 seeds of 1 round,");
        assertThat(sections[1])
                .startsWith("IID rows, n = 5, f = 1\n")
                .containsPattern("\\| `median` \\|" + figures)
                .containsPattern("\\| `krum\\(f=F\\)` \\|" + figures);
        assertThat(sections[2])
                .startsWith("IID rows, n = 5, f = 2\n")
                .contains("| `krum(f=F)` | - | - | - |"); // needs 7
        assertThat(sections[8]).startsWith("Heterogeneous rows, n = 7, f = 2\n");
    }

    @Test
    void aSummaryIsTheWorstOfTheReport() {
        var gaps = new double[][] {{1, 3}, {6, 6}, {-1, 0}};
        assertThat(Arrays.stream(gaps).map(Gap::of).max(Gap::compareTo).map(Gap::exact))
                .hasValue("6.0±0.0");
        assertThat(Gap.of(gaps[0]).exact()).isEqualTo("2.0±1.4");
        assertThat(Gap.of(new double[] {-0.4}).rounded()).isEqualTo("0");
        assertThat(Gap.of(new double[] {-0.04}).exact()).isEqualTo("0.0");

        var refused = Gap.of(Gap.Kind.REFUSED);
        assertThat(refused).isGreaterThan(Gap.of(gaps[1])).isLessThan(Gap.of(Gap.Kind.LOST));
        assertThat(Gap.of(gaps[2])).isGreaterThan(Gap.of(Gap.Kind.UNDEFINED));
    }

    private static double honestOnly(Spread spread) {
        return ((Trained) run(spread, "mean", null)).accuracy();
    }

    private static double accuracy(String rule, String attack) {
        return ((Trained) run(Spread.IID, rule, attack)).accuracy();
    }

    private static Outcome run(Spread spread, String rule, @Nullable String attack) {
        int faulty = attack == null ? 0 : F;
        return new FederatedRun(spread, rule, N - F, faulty, attack, ROUNDS, 1).run(DATA);
    }
}
