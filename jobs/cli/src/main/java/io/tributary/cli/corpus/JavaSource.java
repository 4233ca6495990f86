package io.tributary.cli.corpus;

import java.util.ArrayList;
import java.util.List;

/**
 * A Java file taken apart into what the compiler reads and what people read.
 *
 * @param code the file without its comments; lines that held nothing else are gone
 * @param javadoc the inside of every documentation comment, in order, leading asterisks included
 */
record JavaSource(String code, List<String> javadoc) {

    /** Stands where a comment was: a private-use character, found in no source file. */
    private static final char COMMENT = '\uE000';

    static JavaSource parse(String text) {
        var code = new StringBuilder(text.length());
        var javadoc = new ArrayList<String>();
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            int end;
            if (text.startsWith("//", at)) {
                end = indexOrEnd(text, "\n", at);
                code.append(COMMENT);
            } else if (text.startsWith("/*", at)) {
                int close = indexOrEnd(text, "*/", at + 2);
                end = Math.min(close + 2, text.length());
                if (text.startsWith("/**", at) && close > at + 3) {
                    javadoc.add(text.substring(at + 3, close));
                }
                code.append(COMMENT);
            } else {
                end = c == '"' || c == '\'' ? literalEnd(text, at) : at + 1;
                code.append(text, at, end);
            }
            at = end;
        }
        return new JavaSource(withoutCommentLines(code.toString()), javadoc);
    }

    private static int literalEnd(String text, int start) {
        var quote = text.startsWith("\"\"\"", start) ? "\"\"\"" : text.substring(start, start + 1);
        int at = start + quote.length();
        while (at < text.length() && !text.startsWith(quote, at)) {
            at += text.charAt(at) == '\\' ? 2 : 1;
        }
        return Math.min(at + quote.length(), text.length());
    }

    private static String withoutCommentLines(String code) {
        var kept = new StringBuilder(code.length());
        code.lines()
                .forEach(
                        line -> {
                            var rest = line.replace(String.valueOf(COMMENT), "").stripTrailing();
                            if (!rest.isEmpty() || line.indexOf(COMMENT) < 0) {
                                kept.append(rest).append('\n');
                            }
                        });
        return kept.toString();
    }

    private static int indexOrEnd(String text, String wanted, int from) {
        int found = text.indexOf(wanted, from);
        return found < 0 ? text.length() : found;
    }
}
