package io.tributary.cli.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class JavaSourceTest {

    @Test
    void takesCommentsOutAndKeepsTheCodeAroundThem() {
        var source =
                JavaSource.parse(
                        """
                        /* A license. */
                        class A { // trailing
                            /** Adds one. */
                            int plusOne(int a /* inner */) {

                                // a line of its own
                                return a + 1;
                            }
                        }
                        """);

        assertThat(source.code())
                .isEqualTo(
                        """
                        class A {
                            int plusOne(int a ) {

                                return a + 1;
                            }
                        }
                        """);
        assertThat(source.javadoc()).containsExactly(" Adds one. ");
    }

    @Test
    void commentSignsInLiteralsAreCode() {
        var code =
                """
                String url = "http://x" + "\\"/* no */";
                char quote = '"', slash = '/';
                String block = \"""
                    "// still text" /** also */
                    \""";
                """;

        assertThat(JavaSource.parse(code)).isEqualTo(new JavaSource(code, List.of()));
    }

    @Test
    void anEmptyCommentIsNoDocumentation() {
        assertThat(JavaSource.parse("int a; /**/ /***/ int b;").javadoc()).isEmpty();
    }

    @Test
    void textMayEndAnywhere() {
        assertThat(JavaSource.parse("int a; /** never closed").javadoc())
                .containsExactly(" never closed");
        assertThat(JavaSource.parse("\"never closed\\").code()).isEqualTo("\"never closed\\\n");
    }
}
