package io.tributary.cli.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ParagraphsTest {

    @Test
    void areSeparatedByBlankLines() {
        assertThat(Paragraphs.of("\n\n  a\nb\n \t\n\n c\n\n")).containsExactly("  a\nb", " c");
    }

    @Test
    void longOnesAreCutBetweenLinesAndLoseNothing() {
        var text =
                IntStream.range(0, 1_000)
                        .mapToObj(i -> "line " + i)
                        .collect(Collectors.joining("\n"));

        var paragraphs = Paragraphs.of(text);

        assertThat(String.join("\n", paragraphs)).isEqualTo(text);
        assertThat(paragraphs).allMatch(paragraph -> paragraph.length() <= 2_100);
    }
}
