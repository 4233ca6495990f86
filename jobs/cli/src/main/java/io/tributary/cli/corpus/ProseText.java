package io.tributary.cli.corpus;

import java.util.List;
import java.util.regex.Pattern;

/** The running text of a Java file's documentation. */
final class ProseText {

    /** Shorter ones are labels and phrases such as "Gets the name." */
    private static final int SHORTEST = 60;

    private static final int LONGEST = 3_000;

    private static final double LEAST_LETTERS = 0.9;

    private static final Pattern LICENSE =
            Pattern.compile("(?i)copyright|\\blicen[sc]ed?\\b|all rights reserved");

    private ProseText() {}

    static List<String> paragraphs(String java) {
        return JavaSource.parse(java).javadoc().stream()
                .flatMap(comment -> Javadoc.paragraphs(comment).stream())
                .filter(ProseText::isProse)
                .toList();
    }

    private static boolean isProse(String paragraph) {
        int length = paragraph.length();
        return length >= SHORTEST
                && length <= LONGEST
                && lettersAndSpaces(paragraph) >= LEAST_LETTERS * length
                && !LICENSE.matcher(paragraph).find();
    }

    private static long lettersAndSpaces(String text) {
        return text.codePoints().filter(c -> Character.isLetter(c) || c == ' ').count();
    }
}
