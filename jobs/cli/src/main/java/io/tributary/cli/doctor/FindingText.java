package io.tributary.cli.doctor;

import io.tributary.aggregation.check.Finding;
import io.tributary.aggregation.check.Finding.Level;
import io.tributary.cli.watch.Figures;
import java.util.List;
import java.util.Locale;

/** Findings as people read them: a line for each check, and what to do about it below. */
public final class FindingText {

    private static final String INDENT = " ".repeat(9);

    private FindingText() {}

    /** Each line ended; the last one counts. */
    public static String of(List<Finding> findings) {
        var text = new StringBuilder();
        for (var finding : findings) {
            text.append(
                    "%-8s %s: %s%n"
                            .formatted(
                                    word(finding.level()), finding.check(), line(finding.fact())));
            if (!finding.remedy().isEmpty()) {
                text.append(INDENT)
                        .append("-> ")
                        .append(line(finding.remedy()))
                        .append(System.lineSeparator());
            }
        }
        return text.append(sum(findings)).append(System.lineSeparator()).toString();
    }

    /** The word for a level, in JSON too. */
    static String word(Level level) {
        return level.name().toLowerCase(Locale.ROOT);
    }

    /** Some of it is what the cluster said. */
    private static String line(String text) {
        return Figures.printable(text);
    }

    private static String sum(List<Finding> findings) {
        int problems = Finding.of(Level.PROBLEM, findings).size();
        int warnings = Finding.of(Level.WARNING, findings).size();
        return "%s %s, %s %s, %s ok"
                .formatted(
                        problems,
                        problems == 1 ? "problem" : "problems",
                        warnings,
                        warnings == 1 ? "warning" : "warnings",
                        findings.size() - problems - warnings);
    }
}
