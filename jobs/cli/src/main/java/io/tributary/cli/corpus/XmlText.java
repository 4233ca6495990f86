package io.tributary.cli.corpus;

import java.util.List;
import java.util.regex.Pattern;

/** XML as its authors typed it, without comments and namespace declarations. */
final class XmlText {

    /**
     * What people wrote. Left out: copies ({@code xhtml*} and {@code epub3} repeat {@code html},
     * and {@code param.xml} repeats {@code params}), generated files and tables, and the locale
     * data, whose files all have one shape.
     */
    static final Pattern FILES =
            Pattern.compile(
                    "docbook/(?!xhtml|epub3/|images/|log/)(?!common/[^/]+\\.xml)"
                            + "(?!.*/(?:profile-[^/]*|param|titlepage\\.templates"
                            + "|template(?:-pages)?|charmap\\.groff|l10n"
                            + "|normalise2sections|sections2blocks)\\.x[ms]l)"
                            + ".*\\.x[ms]l");

    private static final Pattern COMMENT = Pattern.compile("(?s)[ \t]*<!--.*?-->([ \t]*\n)?");

    private static final Pattern NAMESPACE = Pattern.compile("\\s+xmlns(?::[\\w-]+)?=\"[^\"]*\"");

    private static final Pattern WRAPPED_TAG = Pattern.compile("(<[\\w:.-]+)\n\\s+(?=[\\w:.-]+=)");

    private static final Pattern INNER_SPACES = Pattern.compile("(?<=\\S) {2,}(?=\\S)");

    private static final int LONGEST_LINE = 400;

    private XmlText() {}

    static List<String> paragraphs(String xml) {
        var text = withoutComments(xml).replace("\t", "        ");
        text = NAMESPACE.matcher(text).replaceAll(""); // the same lines open every file
        text = WRAPPED_TAG.matcher(text).replaceAll("$1 ");
        text = INNER_SPACES.matcher(text).replaceAll(" ");
        return Paragraphs.of(text).stream()
                .filter(paragraph -> paragraph.lines().allMatch(l -> l.length() <= LONGEST_LINE))
                .toList();
    }

    private static String withoutComments(String xml) {
        return COMMENT.matcher(xml)
                .replaceAll(
                        comment -> {
                            int start = comment.start();
                            boolean wholeLine = start == 0 || xml.charAt(start - 1) == '\n';
                            return wholeLine || comment.group(1) == null ? "" : "\n";
                        });
    }
}
