package io.tributary.cli.pace;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.cli.demo.SlowSilo;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The comparison in small: everything real, and nothing to learn from. */
class PaceExperimentITCase {

    private static final int SILOS = 3;
    private static final int ROUNDS = 2;
    private static final int LOCAL_STEPS = 2;
    private static final int TOKENS_PER_UPDATE = LOCAL_STEPS * 8 * 64;

    @TempDir Path folder;

    @Test
    void everyArmTrainsTheSameNumberOfTokensAndMeasuresEveryVersion() throws Exception {
        var options =
                new PaceOptions(
                        List.of(Arm.WAIT, Arm.ASYNCHRONOUS),
                        List.of(1L),
                        SILOS,
                        ROUNDS,
                        LOCAL_STEPS,
                        1e-3,
                        "sgd(lr=1)",
                        0.5,
                        new SlowSilo("cedar", 3),
                        512,
                        text(),
                        folder.resolve("output"));
        var said = new ByteArrayOutputStream();
        var out = new PrintStream(said, true, StandardCharsets.UTF_8);
        var progress = new PaceProgress(out, 2, false);

        var runs = new PaceExperiment(options, folder, progress, out).run();
        PaceResults.tell(options, runs, out);

        assertThat(runs).extracting(PaceRun::arm).containsExactly(Arm.WAIT, Arm.ASYNCHRONOUS);
        var wait = runs.get(0);
        var asynchronous = runs.get(1);
        assertThat(wait.points()).hasSize(1 + ROUNDS);
        assertThat(asynchronous.points()).hasSize(1 + 3);
        assertThat(wait.last().tokens()).isEqualTo((long) ROUNDS * SILOS * TOKENS_PER_UPDATE);
        assertThat(asynchronous.last().tokens()).isGreaterThanOrEqualTo(wait.last().tokens());
        assertThat(wait.slowUpdates()).isEqualTo(ROUNDS);
        assertThat(wait.points()).allSatisfy(point -> assertThat(point.late()).isZero());
        for (var run : runs) {
            assertThat(run.computedTokens()).isGreaterThanOrEqualTo(run.last().tokens());
            assertThat(run.points())
                    .isSortedAccordingTo((a, b) -> Double.compare(a.seconds(), b.seconds()))
                    .allSatisfy(p -> assertThat(p.perplexity()).isBetween(1.0, 400.0));
        }
        // Of one seed, and so of one initial model.
        assertThat(asynchronous.points().get(0)).isEqualTo(wait.points().get(0));
        assertThat(said.toString(StandardCharsets.UTF_8))
                .contains("run 2 of 2: seed 1, asynchronous: 3 versions")
                .contains("at equal tokens: of the newest version");
        assertThat(options.output().resolve("pace.json")).isNotEmptyFile();
    }

    private Path text() throws Exception {
        var data = folder.resolve("data");
        for (var silo : List.of("ash", "birch", "cedar")) {
            var own = Files.createDirectories(data.resolve(silo));
            for (int i = 0; i < 40; i++) {
                Files.writeString(
                        own.resolve(i + ".txt"),
                        (silo + " river number " + i + " flows. ").repeat(9));
            }
        }
        return data;
    }
}
