package io.tributary.cli.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.schemas.silo.SiloPresence.Phase;
import java.util.ArrayList;
import java.util.List;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStyle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LiveFrameTest {

    private static final LiveFrame FRAME = new LiveFrame(Glyphs.UNICODE, true, 6);

    @ParameterizedTest
    @CsvSource({"20,6", "40,10", "60,24", "72,24", "80,24", "100,9", "140,50", "240,3"})
    void fitsTheTerminalAtEveryMoment(int width, int height) throws InterruptedException {
        new ScriptedFederation()
                .run(
                        6,
                        now -> {
                            var lines = FRAME.render(now, width, height);
                            assertThat(lines).hasSizeBetween(1, Math.max(1, height - 1));
                            assertThat(lines)
                                    .allSatisfy(
                                            line ->
                                                    assertThat(line.columnLength())
                                                            .isLessThanOrEqualTo(width));
                        });
    }

    @ParameterizedTest
    @ValueSource(ints = {80, 140})
    void showsWhatAPersonWantsToKnow(int width) throws InterruptedException {
        var text = String.join("\n", text(FRAME.render(inRound(3), width, 24)));

        assertThat(text)
                .contains("demo/main", "1.04 M parameters", "Round 3 of 6", "version 2", " left")
                .contains("Perplexity 120.3", "260.0 → 120.3")
                .containsPattern("code +training +━+.* +\\d+/40 +2,4\\d\\d +119\\.1 +█▄▁")
                .contains("8 updates accepted");
    }

    @Test
    void aFinishedRunSaysSo() throws InterruptedException {
        var scripted = new ScriptedFederation();
        scripted.run(6, now -> {});
        var text = String.join("\n", text(FRAME.render(scripted.snapshot(), 100, 24)));

        assertThat(text)
                .contains("All 6 rounds done", "23 updates accepted, 1 late, 1 rejected")
                .doesNotContain(" left");
    }

    @Test
    void withoutColoursThereIsNoStyleAtAll() throws InterruptedException {
        var lines = new LiveFrame(Glyphs.ASCII, false, 6).render(inRound(2), 100, 24);

        assertThat(lines)
                .allSatisfy(
                        line -> {
                            for (int i = 0; i < line.length(); i++) {
                                assertThat(line.styleAt(i)).isEqualTo(AttributedStyle.DEFAULT);
                                assertThat(line.charAt(i)).isBetween(' ', '~');
                            }
                        });
    }

    @Test
    void silosThatDoNotFitAreCounted() {
        var view = new FederationView("f");
        for (int i = 0; i < 40; i++) {
            view.accept("silo-%02d".formatted(i));
        }
        var lines = text(FRAME.render(view.snapshot("main", 0), 80, 24));

        assertThat(lines).filteredOn(l -> l.contains("silo-")).hasSize(15);
        assertThat(lines).anyMatch(l -> l.contains("… 25 more"));
    }

    @Test
    void aSiloThatFallsSilentIsSeenToBeSilent() {
        var view = new FederationView("f");
        var idle = Records.presence(Phase.IDLE, 0, 0, 0, 0);
        view.accept("a", idle, 1_000);

        assertThat(text(FRAME.render(view.snapshot("main", 5_000), 80, 24)).get(5))
                .contains(" idle ");
        assertThat(text(FRAME.render(view.snapshot("main", 76_000), 80, 24)).get(5))
                .contains("silent 1:15");
    }

    private static FederationSnapshot inRound(int round) throws InterruptedException {
        var seen = new ArrayList<FederationSnapshot>();
        new ScriptedFederation()
                .run(
                        round,
                        now -> {
                            if (now.openRound() != null && now.secondsOpen() < 1) {
                                seen.add(now);
                            }
                        });
        return seen.get(seen.size() - 1);
    }

    private static List<String> text(List<AttributedString> lines) {
        return lines.stream().map(AttributedString::toString).toList();
    }
}
