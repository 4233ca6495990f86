package io.tributary.cli.corpus;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DocumentsTest {

    @Test
    void aParagraphIsTakenOnceHoweverItIsIndented() {
        var seen = new HashSet<String>();
        var first = assemble(seen, section("a", kilobyte("x"), kilobyte("y")));
        var second =
                assemble(seen, section("b", kilobyte("z"), "  " + kilobyte("x"), kilobyte("y")));

        assertThat(first).containsExactly(kilobyte("x") + "\n\n" + kilobyte("y"));
        assertThat(second).containsExactly(kilobyte("z"));
    }

    @Test
    void aShortParagraphGoesWithTheOneBefore() {
        var documents =
                assemble(
                        new HashSet<>(),
                        section("a", "}", kilobyte("x"), "}"),
                        section("b", kilobyte("y"), "}", kilobyte("x"), "}", "}"));

        assertThat(documents).containsExactly(kilobyte("x") + "\n\n}", kilobyte("y") + "\n\n}");
    }

    @Test
    void shortSectionsShareADocumentAndLongOnesAreCut() {
        var tiny = IntStream.range(0, 100).mapToObj(i -> section("t" + i, numbered(i))).toList();
        var huge = section("huge", IntStream.range(100, 900).mapToObj(i -> numbered(i)).toList());
        var sections = new ArrayList<>(tiny);
        sections.add(huge);

        var documents = assemble(new HashSet<>(), sections.toArray(Section[]::new));

        assertThat(documents)
                .allSatisfy(d -> assertThat(d.getBytes(UTF_8).length).isBetween(1_000, 8_000));
        assertThat(String.join("\n\n", documents))
                .startsWith(numbered(0) + "\n\n" + numbered(1))
                .endsWith(numbered(899));
    }

    @Test
    void lengthIsCountedInBytes() {
        var kana = "\u3042".repeat(40); // 120 bytes
        var paragraphs = IntStream.range(0, 100).mapToObj(i -> kana + i).toList();

        assertThat(assemble(new HashSet<>(), section("ja", paragraphs)))
                .allSatisfy(d -> assertThat(d.getBytes(UTF_8).length).isLessThanOrEqualTo(8_000));
    }

    @Test
    void aDocumentThatRepeatsItsLinesIsDropped() {
        var row = "<row><cell/><cell/><cell/></row>\n";
        var table = IntStream.range(0, 50).mapToObj(i -> row.repeat(4) + numbered(i)).toList();

        assertThat(assemble(new HashSet<>(), section("table", table))).isEmpty();
    }

    private static List<String> assemble(Set<String> seen, Section... sections) {
        var documents = new Documents(seen, "\n\n", 40);
        List.of(sections).forEach(documents::add);
        return documents.documents();
    }

    private static Section section(String path, String... paragraphs) {
        return section(path, List.of(paragraphs));
    }

    private static Section section(String path, List<String> paragraphs) {
        return new Section(path, paragraphs);
    }

    private static String numbered(int i) {
        return "The paragraph with the number %d, in fifty characters.".formatted(i);
    }

    private static String kilobyte(String letter) {
        return letter.repeat(1_000);
    }
}
