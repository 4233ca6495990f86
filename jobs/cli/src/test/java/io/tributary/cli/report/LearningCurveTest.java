package io.tributary.cli.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import io.tributary.cli.watch.FederationSnapshot;
import io.tributary.cli.watch.FederationView;
import io.tributary.cli.watch.ScriptedFederation;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LearningCurveTest {

    @TempDir Path directory;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 12})
    void drawsEveryCurve(int rounds) throws Exception {
        var scripted = new ScriptedFederation();
        scripted.run(rounds, now -> {});
        var picture = draw(scripted.snapshot(), new Baselines(31, 17));

        assertThat(picture.getWidth()).isEqualTo(1200);
        // Background, ink and grid, and a colour for each of the four silos.
        assertThat(colours(picture)).hasSizeGreaterThan(6);
    }

    @Test
    void baselinesThatWereNotMeasuredAreLeftOut() throws Exception {
        var scripted = new ScriptedFederation();
        scripted.run(3, now -> {});

        assertThat(draw(scripted.snapshot(), new Baselines(Double.NaN, Double.NaN))).isNotNull();
    }

    @Test
    void whereNothingWasEvaluatedThereIsNothingToDraw() {
        var empty = new FederationView("f").snapshot("main", 0);

        assertThatThrownBy(() -> draw(empty, new Baselines(3, 2)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no version of model main of federation f");
    }

    private BufferedImage draw(FederationSnapshot snapshot, Baselines baselines)
            throws IOException {
        var file = directory.resolve("new/curve.png");
        try {
            LearningCurve.write(snapshot, baselines, file);
        } catch (NoFontsException e) {
            abort(e.getMessage());
        }
        return ImageIO.read(file.toFile());
    }

    private static HashSet<Integer> colours(BufferedImage picture) {
        var colours = new HashSet<Integer>();
        for (int x = 0; x < picture.getWidth(); x++) {
            for (int y = 0; y < picture.getHeight(); y++) {
                colours.add(picture.getRGB(x, y));
            }
        }
        return colours;
    }
}
