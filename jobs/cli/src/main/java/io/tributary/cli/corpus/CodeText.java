package io.tributary.cli.corpus;

import java.util.List;
import java.util.regex.Pattern;

/** Java code without comments, and without the lists of packages that open every file. */
final class CodeText {

    private static final Pattern PREAMBLE =
            Pattern.compile("^(?:package|import) [^;]*;[ \t]*\n", Pattern.MULTILINE);

    private static final int LONGEST_LINE = 160;

    private CodeText() {}

    static List<String> paragraphs(String java) {
        var code = PREAMBLE.matcher(JavaSource.parse(java).code()).replaceAll("");
        return Paragraphs.of(code).stream()
                .filter(paragraph -> paragraph.lines().allMatch(l -> l.length() <= LONGEST_LINE))
                .toList();
    }
}
