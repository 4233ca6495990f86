package io.tributary.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tributary.aggregation.replay.Compared;
import io.tributary.aggregation.replay.ReplayProgress.Pass;
import io.tributary.aggregation.replay.Replayed;
import io.tributary.aggregation.replay.ReplayedRound;
import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.model.Block;
import io.tributary.schemas.model.CohortMember;
import io.tributary.schemas.model.ModelLayout;
import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.model.Slot;
import io.tributary.schemas.model.TensorSpec;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ReplayReportTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ModelVersion VERSION =
            new ModelVersion(
                    "main",
                    3,
                    2,
                    "{}",
                    "bytes",
                    new ModelLayout(
                            List.of(
                                    new Block(
                                            "b",
                                            Slot.WEIGHTS,
                                            List.of(new TensorSpec("w", List.of(6))))),
                            2),
                    Codec.F32,
                    new int[3],
                    new int[3],
                    "aa",
                    3,
                    0,
                    0,
                    0,
                    "mean",
                    "sgd(lr=1)",
                    List.of(new CohortMember("acme", "", 1, 1, 0, 1, 1, 1, 1, 1, 1)),
                    List.of());

    @Test
    void whatDiffersIsNamed() throws IOException {
        var replayed =
                new Replayed(
                        VERSION,
                        1,
                        List.of(
                                new ReplayedRound(2, "cc", "cc", List.of()),
                                new ReplayedRound(3, "bb", "aa", List.of(0, 2))));

        assertThat(replayed.isSame()).isFalse();
        assertThat(ReplayReport.text(replayed))
                .hasLineCount(3)
                .contains("version 2 of main: the same digest, cc")
                .contains(
                        "version 3 of main: DIFFERS in 2 of 3 chunks (0, 2): published aa, derived bb")
                .contains("derived from version 1; version 3 was made by mean and sgd(lr=1)");
        var json = JSON.readTree(ReplayReport.json(replayed));
        assertThat(json.get("same").asBoolean()).isFalse();
        assertThat(json.get("versions").get(0).get("same").asBoolean()).isTrue();
        assertThat(json.get("versions").get(1).get("differingChunks").toString())
                .isEqualTo("[0,2]");
    }

    @Test
    void aComparisonSaysHowFarAndByWhichWeights() throws IOException {
        var compared =
                new Compared(
                        VERSION,
                        "krum(f=1)",
                        "sgd(lr=1)",
                        "bb",
                        0.25,
                        0.5,
                        Double.NaN,
                        Map.of("acme", 1.0));

        assertThat(ReplayReport.text(compared))
                .contains("was made by mean and sgd(lr=1)", "with krum(f=1) and sgd(lr=1)")
                .contains("0.250000", "0.500000", "acme 1.000");
        var other = JSON.readTree(ReplayReport.json(compared)).get("other");
        assertThat(other.get("differenceNorm").asDouble()).isEqualTo(0.25);
        assertThat(other.get("cosine").isNull()).isTrue();
        assertThat(other.get("weights").get("acme").asDouble()).isEqualTo(1);
    }

    @Test
    void longWorkSaysHowFarItIsEveryFewSeconds() {
        var clock = new AtomicLong();
        var out = new StringWriter();
        var lines = new ReplayLines(new PrintWriter(out), clock::get);

        lines.on(3, Pass.FIND, 0, 100);
        clock.addAndGet(TimeUnit.SECONDS.toNanos(4));
        lines.on(3, Pass.MEASURE, 40, 100);
        lines.on(3, Pass.MEASURE, 41, 100);
        clock.addAndGet(TimeUnit.SECONDS.toNanos(4));
        lines.on(3, Pass.MAKE, 7, 100);

        assertThat(out.toString().lines())
                .containsExactly(
                        "version 3: measured 40 of 100 chunks", "version 3: made 7 of 100 chunks");
    }
}
