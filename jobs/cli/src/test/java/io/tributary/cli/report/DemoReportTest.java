package io.tributary.cli.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tributary.cli.watch.FederationView;
import io.tributary.cli.watch.Records;
import io.tributary.cli.watch.ScriptedFederation;
import io.tributary.cli.watch.Traffic;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoReportTest {

    private static final DemoReport.Pacing PACING =
            new DemoReport.Pacing("overlapped", 3, "xml", 4);

    @TempDir Path directory;

    @Test
    void theFileHasExactlyTheAgreedFields() throws Exception {
        var json = written(report(6, Double.NaN));

        assertThat(fields(json))
                .containsExactly(
                        "federation",
                        "model",
                        "parameters",
                        "seed",
                        "mode",
                        "quorum",
                        "slow",
                        "rounds",
                        "initial",
                        "final",
                        "baselines",
                        "alone",
                        "modelDigest");
        assertThat(json.get("rounds"))
                .hasSize(6)
                .allSatisfy(
                        round -> {
                            assertThat(fields(round))
                                    .containsExactly(
                                            "round",
                                            "version",
                                            "cohort",
                                            "rejected",
                                            "late",
                                            "global",
                                            "silos",
                                            "seconds",
                                            "elapsedSeconds",
                                            "tokens",
                                            "bytesUp",
                                            "bytesDown");
                            assertThat(fields(round.get("global")))
                                    .containsExactly("perplexity", "loss");
                            assertThat(fields(round.get("silos")))
                                    .containsExactly("code", "javadoc", "names", "xml");
                            assertThat(round.get("silos"))
                                    .allSatisfy(
                                            silo ->
                                                    assertThat(fields(silo))
                                                            .containsExactly(
                                                                    "perplexity",
                                                                    "tokens",
                                                                    "localSteps",
                                                                    "normalizer"));
                        });
        assertThat(fields(json.get("initial"))).containsExactly("perplexity");
        assertThat(fields(json.get("final"))).containsExactly("perplexity");
        assertThat(fields(json.get("baselines"))).containsExactly("unigram", "bigram");
        assertThat(fields(json.get("alone"))).containsExactly("code", "names");
        assertThat(fields(json.at("/alone/code"))).containsExactly("own", "mixture");
    }

    @Test
    void theFiguresAreThoseOfTheLog() throws Exception {
        var json = written(report(6, Double.NaN));

        assertThat(json.get("parameters").asLong()).isEqualTo(1020L * 1020);
        assertThat(json.get("seed").asLong()).isEqualTo(42);
        assertThat(json.get("mode").asText()).isEqualTo("overlapped");
        assertThat(json.get("quorum").asInt()).isEqualTo(3);
        assertThat(json.at("/slow/xml").asDouble()).isEqualTo(4);
        long tokens = 0;
        for (var round : json.get("rounds")) {
            for (var silo : round.get("silos")) {
                tokens += silo.get("tokens").asLong();
            }
            assertThat(round.get("tokens").asLong()).isEqualTo(tokens);
        }
        assertThat(json.at("/initial/perplexity").asDouble()).isCloseTo(260, within(1e-6));
        assertThat(json.at("/final/perplexity").asDouble())
                .isEqualTo(json.at("/rounds/5/global/perplexity").asDouble());
        assertThat(json.get("modelDigest").asText()).isEqualTo("digest-6");
        var fourth = json.at("/rounds/3");
        assertThat(fourth.get("cohort")).hasSize(3);
        assertThat(fourth.get("late").asInt()).isEqualTo(1);
        assertThat(fourth.get("rejected").asInt()).isZero();
        assertThat(fourth.get("seconds").asDouble()).isEqualTo(5.5);
        assertThat(fourth.get("bytesUp").asLong()).isEqualTo(4000);
        assertThat(fourth.get("bytesDown").asLong()).isEqualTo(16_000);
        assertThat(fourth.at("/global/perplexity").asDouble())
                .isCloseTo(Math.exp(fourth.at("/global/loss").asDouble()), within(1e-9));
        assertThat(fourth.at("/silos/code/normalizer").asDouble()).isEqualTo(12.5);
        assertThat(fourth.at("/silos/code/tokens").asLong()).isEqualTo(40_960);
        assertThat(json.at("/rounds/5/rejected").asInt()).isEqualTo(1);
    }

    @Test
    void whatIsNotKnownIsNull() throws Exception {
        var json = written(report(6, Double.NaN));
        var late = json.at("/rounds/3/silos/xml");
        assertThat(late.get("perplexity").isNumber()).isTrue();
        assertThat(late.get("tokens").isNull()).isTrue();
        assertThat(late.get("localSteps").isNull()).isTrue();
        assertThat(late.get("normalizer").isNull()).isTrue();
        assertThat(json.at("/baselines/unigram").isNull()).isTrue();

        var empty =
                DemoReport.of(
                        new FederationView("f").snapshot("main", 0),
                        new TreeMap<>(),
                        1,
                        PACING,
                        Double.NaN,
                        new Baselines(Double.NaN, Double.NaN),
                        Map.of());
        assertThat(written(empty).at("/final/perplexity").isNull()).isTrue();
        assertThat(written(empty).get("modelDigest").isNull()).isTrue();
    }

    @Test
    void aRoundThatMadeNoVersionIsNotInTheReport() throws Exception {
        var view = new FederationView("f");
        view.accept(Records.plan(1, Map.of("a", 1)), 0);
        view.accept(Records.version(1, "a"), 10);
        view.accept(Records.plan(2, Map.of("a", 1)), 20);
        var report =
                DemoReport.of(
                        view.snapshot("main", 30),
                        new TreeMap<>(),
                        1,
                        PACING,
                        256,
                        new Baselines(3, 2),
                        Map.of());

        assertThat(report.rounds()).extracting(DemoReport.Round::round).containsExactly(1);
        assertThat(report.initial().perplexity()).as("measured by somebody else").isEqualTo(256);
    }

    private static DemoReport report(int rounds, double initial) throws InterruptedException {
        var scripted = new ScriptedFederation();
        scripted.run(rounds, now -> {});
        var traffic = new TreeMap<Integer, Traffic>();
        for (int round = 1; round <= rounds; round++) {
            traffic.put(round, new Traffic(1000L * round, 4000L * round));
        }
        return DemoReport.of(
                scripted.snapshot(),
                traffic,
                42,
                PACING,
                initial,
                new Baselines(Double.NaN, 17.4),
                Map.of("names", new Perplexities(4, 50), "code", new Perplexities(3, 60)));
    }

    private JsonNode written(DemoReport report) throws IOException {
        var file = directory.resolve("new/report.json");
        ReportJson.write(report, file);
        return new ObjectMapper().readTree(file.toFile());
    }

    private static List<String> fields(JsonNode node) {
        var names = new ArrayList<String>();
        node.fieldNames().forEachRemaining(names::add);
        return names;
    }
}
