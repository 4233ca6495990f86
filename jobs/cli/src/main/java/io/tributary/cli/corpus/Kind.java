package io.tributary.cli.corpus;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The four kinds of text, in the order in which silos receive them. No two kinds share an archive,
 * so code and prose never tell of the same file.
 */
public enum Kind {
    /** Java without its comments, from the sources of Flink's runtime. */
    CODE(List.of("flink-runtime-sources.jar"), "\n\n", 40) {
        @Override
        TextSource source() {
            return new ArchiveText(archives(), JAVA, CodeText::paragraphs);
        }
    },
    /** What programmers write about code: javadoc freed of markup and tags. */
    PROSE(
            List.of("djl-api-sources.jar", "flink-core-sources.jar", "icu4j-sources.jar"),
            "\n\n",
            40) {
        @Override
        TextSource source() {
            return new ArchiveText(archives(), JAVA, ProseText::paragraphs);
        }
    },
    /** Stylesheets and documents of the DocBook project. */
    XML(List.of("docbook-xsl.zip"), "\n\n", 40) {
        @Override
        TextSource source() {
            return new ArchiveText(archives(), XmlText.FILES, XmlText::paragraphs);
        }
    },
    /** Languages, regions, scripts, currencies and cities as each language names them. */
    NAMES(List.of(), "\n", 1) {
        @Override
        TextSource source() {
            return new NamesText();
        }
    };

    private static final Pattern JAVA = Pattern.compile(".*(?<!package-info|module-info)\\.java");

    private final List<String> archives;
    private final String separator;
    private final int shortestParagraph;

    Kind(List<String> archives, String separator, int shortestParagraph) {
        this.archives = archives;
        this.separator = separator;
        this.shortestParagraph = shortestParagraph;
    }

    /** The archives this kind is cut from, by the name the build gives them. */
    List<String> archives() {
        return archives;
    }

    /** What stands between two paragraphs. */
    String separator() {
        return separator;
    }

    /** Anything with fewer characters, such as a closing brace, goes with what stands before it. */
    int shortestParagraph() {
        return shortestParagraph;
    }

    abstract TextSource source();

    /** The silo that holds all of this kind, such as {@code code}. */
    public String silo() {
        return name().toLowerCase(Locale.ROOT);
    }
}
