package io.tributary.cli.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JavadocTest {

    @Test
    void paragraphsEndAtMarkupAndAtBlankLines() {
        var comment =
                """

                 * Opens the
                 * gate.
                 *
                 * <p>Twice:
                 * <ul>
                 *   <li>first <b>slowly</b>,
                 *   <li>then fast.
                 * </ul>
                """;

        assertThat(Javadoc.paragraphs(comment))
                .containsExactly("Opens the gate.", "Twice:", "first slowly,", "then fast.");
    }

    @Test
    void listingsTablesAndBlockTagsAreLeftOut() {
        var comment =
                """
                 * Before.
                 * <pre>{@code
                 * @Override
                 * void f() {}
                 * }</pre>
                 * Between. <table><tr><td>cell</td></tr></table>
                 * After.
                 * @param a a number
                 *     that goes on
                 * @return nothing
                """;

        assertThat(Javadoc.paragraphs(comment)).containsExactly("Before.", "Between.", "After.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    {@code List<String>} is raw  | List<String> is raw
                    {@code a -> { b(); }} nests  | a -> { b(); } nests
                    see {@link Map#get(Object)}  | see Map.get()
                    see {@link #size}            | see size
                    {@link java.util.Map maps}   | maps
                    {@link a.b.C.D}              | C.D
                    {@inheritDoc} More.          | More.
                    1 &lt; 2 &amp;&#32;3 &#x3E; 2 | 1 < 2 & 3 > 2
                    R&D and &unknown;            | R&D and &unknown;
                    if a < b and c > d           | if a < b and c > d
                    """)
    void showsWhatAReaderWouldSee(String comment, String shown) {
        assertThat(Javadoc.paragraphs(" " + comment)).containsExactly(shown);
    }
}
