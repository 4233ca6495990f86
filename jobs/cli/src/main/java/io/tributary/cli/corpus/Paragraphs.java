package io.tributary.cli.corpus;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Cuts text at its blank lines. */
final class Paragraphs {

    private static final int LONGEST = 2_000;

    private static final Pattern BLANK_LINES = Pattern.compile("\n(?:[ \t]*\n)+");

    private Paragraphs() {}

    /**
     * The paragraphs of a text; one of more than 2,000 characters is cut again, between lines.
     *
     * @param text lines ending in {@code \n}
     */
    static List<String> of(String text) {
        return Stream.of(BLANK_LINES.split("\n\n" + text.stripTrailing(), -1))
                .filter(paragraph -> !paragraph.isBlank())
                .flatMap(Paragraphs::cut)
                .toList();
    }

    private static Stream<String> cut(String paragraph) {
        if (paragraph.length() <= LONGEST) {
            return Stream.of(paragraph);
        }
        var parts = Stream.<String>builder();
        var part = new StringBuilder();
        for (String line : paragraph.lines().toList()) {
            if (part.length() + line.length() > LONGEST && !part.isEmpty()) {
                parts.add(part.toString());
                part.setLength(0);
            }
            part.append(part.isEmpty() ? "" : "\n").append(line);
        }
        return parts.add(part.toString()).build();
    }
}
