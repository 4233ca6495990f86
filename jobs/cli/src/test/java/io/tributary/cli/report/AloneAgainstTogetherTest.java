package io.tributary.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.cli.watch.ScriptedFederation;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class AloneAgainstTogetherTest {

    private static final DemoReport.Pacing PACING =
            new DemoReport.Pacing("synchronous", 4, null, 1);

    @Test
    void theBetterOfTwoHasAMark() throws InterruptedException {
        var scripted = new ScriptedFederation();
        scripted.run(12, now -> {});
        var report =
                DemoReport.of(
                        scripted.snapshot(),
                        new TreeMap<>(),
                        1,
                        PACING,
                        Double.NaN,
                        new Baselines(31.2, 17.4),
                        Map.of(
                                "code",
                                new Perplexities(4.8, 41.67),
                                "xml",
                                new Perplexities(9, 5)));

        assertThat(AloneAgainstTogether.of(report))
                .isEqualTo(
                        """
                        Held-out perplexity, alone against together (* is better, lower is better)

                                 own text: alone    together      all texts: alone    together
                        code                4.80 *      6.21                 41.67        7.87 *
                        xml                 9.00        5.31 *                5.00 *      7.87
                        bigram                                               17.40
                        unigram                                              31.20

                        On all texts the shared model beats the own model of 1 of 2 silos.
                        """);
    }

    @Test
    void withoutFiguresThereIsNoMark() {
        var report =
                new DemoReport(
                        "f",
                        "main",
                        1,
                        1,
                        PACING,
                        List.of(),
                        new DemoReport.Perplexity(Double.NaN),
                        new DemoReport.Perplexity(Double.NaN),
                        new Baselines(Double.NaN, Double.NaN),
                        new TreeMap<>(Map.of("a", new Perplexities(1, Double.NaN))),
                        null);

        assertThat(AloneAgainstTogether.of(report)).containsPattern("a +1\\.00 +- +- +-\n");
    }
}
