package io.tributary.cli.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class XmlTextTest {

    @Test
    void commentsAndNamespacesAreLeftOut() {
        var xml =
                """
                <?xml version="1.0"?>
                <!-- A license
                     of two lines. -->
                <xsl:stylesheet
                    xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
                    version="1.0">

                <xsl:text>a</xsl:text>  <!-- b -->
                </xsl:stylesheet>
                """;

        assertThat(XmlText.paragraphs(xml))
                .containsExactly(
                        "<?xml version=\"1.0\"?>\n<xsl:stylesheet version=\"1.0\">",
                        "<xsl:text>a</xsl:text>\n</xsl:stylesheet>");
    }

    @Test
    void paragraphsWithEndlessLinesAreDropped() {
        assertThat(XmlText.paragraphs("<a/>\n\n<b>" + "x".repeat(500) + "</b>\n\n<c/>"))
                .containsExactly("<a/>", "<c/>");
    }

    @ParameterizedTest
    @ValueSource(strings = {"docbook/html/table.xsl", "docbook/params/a.xml"})
    void readsWhatPeopleWrote(String path) {
        assertThat(path).matches(XmlText.FILES);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "docbook/xhtml-1_1/table.xsl",
                "docbook/common/de.xml",
                "docbook/fo/param.xml",
                "docbook/fo/titlepage.templates.xsl",
                "docbook/html/profile-chunk.xsl",
                "docbook/README"
            })
    void passesOverCopiesTablesAndGeneratedFiles(String path) {
        assertThat(path).doesNotMatch(XmlText.FILES);
    }
}
