package io.tributary.cli.corpus;

import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Reads a documentation comment as a person would: inline tags become what they show, markup
 * disappears, block tags ({@code @param} and the like), listings and tables are left out.
 */
final class Javadoc {

    private static final Pattern MARGIN = Pattern.compile("(?m)^[ \t]*\\**[ \t]?");
    private static final Pattern BLOCK_TAGS = Pattern.compile("(?ms)^[ \t]*@\\w.*");
    private static final Pattern INLINE_TAG = Pattern.compile("\\{@(\\w+)\\s*");
    private static final Pattern REFERENCE =
            Pattern.compile("(?s)([^\\s(]*(?:\\([^)]*\\))?)\\s*(.*)");
    private static final Pattern PACKAGE = Pattern.compile("\\b(?:[a-z]\\w*\\.)+(?=[A-Z])");

    private static final Pattern LEFT_OUT =
            Pattern.compile(
                    "(?is)<!--.*?-->|<(pre|table|script|style)\\b[^>]*>.*?(?:</\\1\\s*>|\\z)");
    private static final Pattern BREAK =
            Pattern.compile(
                    "(?is)</?(?:p|br|li|ul|ol|dl|dt|dd|h[1-6]|div|blockquote|hr|center)\\b[^>]*>");
    private static final Pattern TAG = Pattern.compile("(?s)</?[a-zA-Z][^<>]*>");
    private static final Pattern ENTITY = Pattern.compile("&(#[xX]?)?(\\w{1,8});");
    private static final Pattern BLANK_LINE = Pattern.compile("\n\\s*\n");

    private static final Map<String, String> ENTITIES =
            Map.ofEntries(
                    Map.entry("lt", "<"),
                    Map.entry("gt", ">"),
                    Map.entry("amp", "&"),
                    Map.entry("quot", "\""),
                    Map.entry("apos", "'"),
                    Map.entry("nbsp", " "),
                    Map.entry("mdash", "\u2014"),
                    Map.entry("ndash", "\u2013"),
                    Map.entry("hellip", "\u2026"),
                    Map.entry("lsquo", "\u2018"),
                    Map.entry("rsquo", "\u2019"),
                    Map.entry("ldquo", "\u201C"),
                    Map.entry("rdquo", "\u201D"),
                    Map.entry("times", "\u00D7"),
                    Map.entry("le", "\u2264"),
                    Map.entry("ge", "\u2265"));

    private Javadoc() {}

    /**
     * The paragraphs of the description, each on one line.
     *
     * @param comment what stands between {@code /**} and its end
     */
    static List<String> paragraphs(String comment) {
        var text = MARGIN.matcher(comment).replaceAll("");
        text = withoutInlineTags(text);
        text = LEFT_OUT.matcher(text).replaceAll("\n\n"); // first: listings hold annotations
        text = BLOCK_TAGS.matcher(text).replaceFirst("");
        text = BREAK.matcher(text).replaceAll("\n\n");
        text = TAG.matcher(text).replaceAll("");
        return Stream.of(BLANK_LINE.split(text, -1))
                .map(Javadoc::decoded)
                .map(paragraph -> paragraph.replaceAll("\\s+", " ").strip())
                .filter(paragraph -> !paragraph.isEmpty())
                .toList();
    }

    private static String withoutInlineTags(String text) {
        var shown = new StringBuilder();
        var tag = INLINE_TAG.matcher(text);
        int at = 0;
        while (tag.find(at)) {
            int end = closingBrace(text, tag.end());
            shown.append(text, at, tag.start());
            shown.append(shown(tag.group(1), text.substring(tag.end(), end)));
            at = Math.min(end + 1, text.length());
        }
        return shown.append(text.substring(at)).toString();
    }

    private static String shown(String tag, String body) {
        return switch (tag) {
            case "code", "literal" -> encoded(body);
            case "link", "linkplain", "value" -> label(body.strip());
            case "inheritDoc", "docRoot", "snippet", "icu", "icunote", "icuenhanced" -> "";
            default -> withoutInlineTags(body);
        };
    }

    /** The label of a link or, without one, {@code Type.member} of what it links to. */
    private static String label(String body) {
        var reference = REFERENCE.matcher(body);
        if (!reference.matches()) {
            return encoded(body);
        }
        if (!reference.group(2).isEmpty()) {
            return withoutInlineTags(reference.group(2));
        }
        var target = PACKAGE.matcher(reference.group(1)).replaceAll("");
        var member = target.startsWith("#") ? target.substring(1) : target.replace('#', '.');
        return encoded(member.replaceAll("(?s)\\(.*\\)", "()"));
    }

    private static int closingBrace(String text, int from) {
        int depth = 1;
        for (int at = from; at < text.length(); at++) {
            char c = text.charAt(at);
            depth += c == '{' ? 1 : c == '}' ? -1 : 0;
            if (depth == 0) {
                return at;
            }
        }
        return text.length();
    }

    private static String encoded(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private static String decoded(String text) {
        return ENTITY.matcher(text).replaceAll(e -> Matcher.quoteReplacement(character(e)));
    }

    private static String character(MatchResult entity) {
        var radix = entity.group(1);
        var name = entity.group(2);
        if (radix == null) {
            return ENTITIES.getOrDefault(name, entity.group());
        }
        try {
            int codePoint = Integer.parseInt(name, radix.length() == 1 ? 10 : 16);
            return Character.isValidCodePoint(codePoint)
                    ? Character.toString(codePoint)
                    : entity.group();
        } catch (NumberFormatException e) {
            return entity.group();
        }
    }
}
