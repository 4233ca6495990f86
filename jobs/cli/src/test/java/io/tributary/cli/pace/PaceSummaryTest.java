package io.tributary.cli.pace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.tributary.cli.demo.SlowSilo;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PaceSummaryTest {

    /** Slow and good: 4 tokens and 10 seconds a version. */
    private static final PaceRun WAIT = run(Arm.WAIT, 1, 10, 4, 16, 100, 60, 40, 30);

    /** Quick, and a little worse for its tokens: 3 tokens and 4 seconds a version. */
    private static final PaceRun ASYNCHRONOUS =
            run(Arm.ASYNCHRONOUS, 1, 4, 3, 15, 100, 70, 50, 38, 32);

    @Test
    void figuresAreTakenWhereEveryRunHasCome() {
        var summary = PaceSummary.of(List.of(ASYNCHRONOUS, WAIT));

        assertThat(summary.tokens()).isEqualTo(12);
        assertThat(summary.seconds()).isEqualTo(16);
        assertThat(summary.perplexity()).isEqualTo(32);
        assertThat(summary.rows())
                .extracting(PaceSummary.Row::arm)
                .containsExactly(Arm.WAIT, Arm.ASYNCHRONOUS);
        var wait = summary.rows().get(0);
        assertThat(wait.atTokens().median()).isEqualTo(30);
        assertThat(wait.atSeconds().median()).as("version 1 after 10 s").isEqualTo(60);
        assertThat(wait.toPerplexity().median()).isEqualTo(30);
        assertThat(wait.unused().median()).isCloseTo(0.25, within(1e-12));
        var asynchronous = summary.rows().get(1);
        assertThat(asynchronous.atTokens().median()).isEqualTo(32);
        assertThat(asynchronous.atSeconds().median()).isEqualTo(32);
        assertThat(asynchronous.toPerplexity().median()).isEqualTo(16);
        assertThat(asynchronous.unused().median()).isCloseTo(0.2, within(1e-12));
    }

    @Test
    void theOrderOfRunsIsIrrelevant() {
        var other = run(Arm.WAIT, 2, 11, 4, 20, 100, 58, 41, 29);

        assertThat(PaceSummary.of(List.of(other, ASYNCHRONOUS, WAIT)))
                .isEqualTo(PaceSummary.of(List.of(WAIT, other, ASYNCHRONOUS)));
    }

    @Test
    void anotherSeedCanOnlyLowerWhatAllHaveReached() {
        var few = PaceSummary.of(List.of(WAIT, ASYNCHRONOUS));
        var worse = run(Arm.WAIT, 2, 2, 3, 20, 100, 90, 80);
        var more = PaceSummary.of(List.of(WAIT, ASYNCHRONOUS, worse));

        assertThat(more.tokens()).isLessThanOrEqualTo(few.tokens());
        assertThat(more.seconds()).isLessThanOrEqualTo(few.seconds());
        assertThat(more.perplexity()).isGreaterThanOrEqualTo(few.perplexity());
        assertThat(more.rows().get(0).seeds()).isEqualTo(2);
    }

    @Test
    void aPerplexityIsReachedWhenItIsReachedFirst() {
        var up = run(Arm.DROP, 1, 1, 1, 9, 100, 40, 60, 39);

        assertThat(up.secondsTo(40)).hasValue(1);
        assertThat(up.secondsTo(39)).hasValue(3);
        assertThat(up.secondsTo(38)).isEmpty();
        assertThat(up.bestPerplexity()).isEqualTo(39);
    }

    @Test
    void beforeTheFirstVersionThereIsVersionZero() {
        assertThat(WAIT.perplexityAtSeconds(9.9)).isEqualTo(100);
        assertThat(WAIT.perplexityAtTokens(0)).isEqualTo(100);
        assertThat(WAIT.perplexityAtSeconds(10)).isEqualTo(60);
    }

    @Test
    void aSpreadIsTheMiddleAndBothEnds() {
        assertThat(Spread.of(3, 1, 2)).isEqualTo(new Spread(1, 2, 3));
        assertThat(Spread.of(4, 1, 2, 3)).isEqualTo(new Spread(1, 2.5, 4));
        assertThat(Spread.of(7)).isEqualTo(new Spread(7, 7, 7));
        assertThatThrownBy(Spread::of).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theTableShowsARangeOnlyWhereThereIsOne() {
        var other = run(Arm.WAIT, 2, 10, 4, 16, 100, 60, 40, 28);

        assertThat(PaceTable.of(PaceSummary.of(List.of(WAIT, other, ASYNCHRONOUS))))
                .isEqualTo(
                        """
                        Held-out perplexity (median over seeds, lowest and highest in brackets)
                          at equal tokens: of the newest version that has seen at most 12
                          at equal time:   of the newest version after 16.0 s
                          seconds to it:   until a version had a perplexity of 32.00 or less
                          unused:          share of what silos computed that is in no version

                                                    versions  seconds      at equal tokens  at equal time  seconds to it  unused  from the slow silo
                        synchronous, waits for all         3     30.0  29.00 (28.00-30.00)          60.00           30.0     25%                   2
                        asynchronous                       4     16.0                32.00          32.00           16.0     20%                   2
                        """);
    }

    @Test
    void everyPointIsInTheReport() {
        var options =
                new PaceOptions(
                        List.of(Arm.values()),
                        List.of(1L),
                        4,
                        3,
                        4,
                        1e-3,
                        "sgd(lr=1)",
                        0.5,
                        new SlowSilo(null, 4),
                        64,
                        null,
                        Path.of("out"));

        var json = PaceReport.of(options, List.of(WAIT, ASYNCHRONOUS));

        assertThat(json.get("runs")).hasSize(2);
        assertThat(json.at("/runs/1/arm").asText()).isEqualTo("asynchronous");
        assertThat(json.at("/runs/1/slow").asText()).isEqualTo("xml");
        assertThat(json.at("/runs/1/points")).hasSize(5);
        assertThat(json.at("/runs/1/points/4/perplexity").asDouble()).isEqualTo(32);
        assertThat(json.at("/summary/arms/0/perplexityAtTokens/median").asDouble()).isEqualTo(30);
    }

    /** Versions at equal distances. */
    private static PaceRun run(
            Arm arm,
            long seed,
            double seconds,
            long tokens,
            long computed,
            double... perplexities) {
        var points = new ArrayList<Point>();
        for (int v = 0; v < perplexities.length; v++) {
            points.add(new Point(v, v * seconds, v * tokens, 0, perplexities[v]));
        }
        return new PaceRun(arm, seed, points, computed, "xml", 2);
    }
}
