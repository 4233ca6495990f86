package io.tributary.cli.corpus;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Puts sections together to documents of moderate length, dropping every paragraph that was there
 * before: whatever is in one document is in no other, so documents can be held out.
 *
 * <p>A document ends with its section, unless it is still short; a long section is cut between
 * paragraphs. A document that keeps repeating its lines is dropped.
 */
final class Documents {

    private static final int SHORTEST_BYTES = 1_000;
    private static final int LONGEST_BYTES = 8_000;

    /** Below this share of different lines a document is a table or was generated. */
    private static final double LEAST_VARIETY = 0.4;

    private static final Pattern SPACE = Pattern.compile("\\s+");

    private final Set<String> seen;
    private final String separator;
    private final int shortestParagraph;

    private final List<String> documents = new ArrayList<>();
    private final StringBuilder open = new StringBuilder();
    private int openBytes;

    /**
     * @param seen paragraphs that other texts already have; grows. Paragraphs that differ in their
     *     white space only are the same
     * @param separator between paragraphs
     * @param shortestParagraph in characters: a shorter one is kept or dropped with the one before
     */
    Documents(Set<String> seen, String separator, int shortestParagraph) {
        this.seen = seen;
        this.separator = separator;
        this.shortestParagraph = shortestParagraph;
    }

    void add(Section section) {
        boolean kept = false;
        for (String paragraph : section.paragraphs()) {
            if (paragraph.strip().length() >= shortestParagraph) {
                kept = seen.add(SPACE.matcher(paragraph).replaceAll(" ").strip());
            }
            if (kept) {
                append(paragraph);
            }
        }
        if (openBytes >= SHORTEST_BYTES) {
            close();
        }
    }

    /** The documents so far, in the order of their sections; an unfinished short one is dropped. */
    List<String> documents() {
        return List.copyOf(documents);
    }

    private void append(String paragraph) {
        int bytes = paragraph.getBytes(UTF_8).length;
        if (openBytes >= SHORTEST_BYTES && openBytes + separator.length() + bytes > LONGEST_BYTES) {
            close();
        }
        if (openBytes > 0) {
            open.append(separator);
            openBytes += separator.length();
        }
        open.append(paragraph);
        openBytes += bytes;
    }

    private void close() {
        var document = open.toString();
        if (variety(document) >= LEAST_VARIETY) {
            documents.add(document);
        }
        open.setLength(0);
        openBytes = 0;
    }

    /** Different lines per line, indentation and blank lines aside. */
    private static double variety(String document) {
        var lines = document.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
        return (double) lines.stream().distinct().count() / lines.size();
    }
}
