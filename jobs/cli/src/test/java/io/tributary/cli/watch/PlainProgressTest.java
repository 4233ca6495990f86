package io.tributary.cli.watch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.schemas.round.RoundStatus;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PlainProgressTest {

    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final PlainProgress progress =
            new PlainProgress(new PrintStream(written, true, UTF_8), 6);

    @Test
    void tellsEveryEventOfARunOnce() throws InterruptedException {
        new ScriptedFederation().run(6, progress::show);
        progress.close();

        assertThat(lines()).filteredOn(l -> l.contains(" planned")).hasSize(6);
        assertThat(lines()).filteredOn(l -> l.contains(" trained ")).hasSize(6 * 4);
        assertThat(lines()).filteredOn(l -> l.contains("  version ")).hasSize(7);
        assertThat(lines())
                .contains(
                        "  0:00  version 0, global perplexity 260.0",
                        "  0:00  round 1 of 6 planned, local steps: code 40, javadoc 40, names 80, xml 20",
                        "  0:24  late: xml, round 4: a reason in words",
                        "  0:37  rejected: names, round 6: not finite; a reason in words")
                .anyMatch(
                        l ->
                                l.endsWith(
                                        "version 4 after 5.5 s from 3 of 4 silos, global perplexity 57.50"));
    }

    @Test
    void writesNoControlCharactersWhateverASiloSays() {
        var view = new FederationView("f");
        view.accept(Records.plan(1, Map.of("a", 1)), 0);
        view.accept(Records.outcome(1, RoundStatus.EXTENDED, "\u001b[31mred\u0007\nnext\u202e"), 1);
        progress.show(view.snapshot("main", 2));
        progress.say("\u001b[2Jgone");

        assertThat(written.toString(UTF_8))
                .doesNotContainPattern("[\\p{Cntrl}\\p{Cf}&&[^\\n\\r]]")
                .contains("[31mred");
        assertThat(lines()).hasSize(3);
    }

    @Test
    void tellsWhatTookThePlaceOfARuleThatWasNotDefinedOrHadNoAnswer() {
        var view = new FederationView("f");
        view.accept(Records.plan(1, Map.of("a", 1)), 0);
        var outcome = Records.outcome(1, RoundStatus.CLOSED, "median takes its place");
        view.accept(Records.withRule(outcome, "median"), 1);
        view.accept(Records.version(1, "a"), 2);
        view.accept(Records.plan(2, Map.of("a", 1)), 3);
        view.accept(Records.outcome(2, RoundStatus.CLOSED, "all came"), 4);
        view.accept(Records.weights(2, "nobody was kept", 0, 0), 4);
        view.accept(Records.version(2, "a"), 5);
        view.accept(Records.plan(3, Map.of("a", 1)), 6);
        view.accept(Records.outcome(3, RoundStatus.CLOSED, "all came"), 7);
        view.accept(Records.weights(3, "", 0.5, 0.5), 7);
        view.accept(Records.version(3, "a"), 8);
        progress.show(view.snapshot("main", 9));
        progress.close();

        assertThat(lines())
                .filteredOn(line -> line.contains("  round "))
                .containsExactly(
                        "  0:00  round 1: median takes its place",
                        "  0:00  round 2: nobody was kept; combined by nothing");
    }

    @Test
    void aVersionNobodyEvaluatesIsToldAtTheEnd() {
        var view = new FederationView("f");
        view.accept(Records.version(0), 0);
        progress.show(view.snapshot("main", 1));
        assertThat(written.toString(UTF_8)).isEmpty();

        progress.close();
        assertThat(lines()).containsExactly("  0:00  version 0, not evaluated");
    }

    private List<String> lines() {
        return written.toString(UTF_8).lines().toList();
    }
}
