package io.tributary.tests.watch;

import java.util.ArrayList;
import java.util.List;

/** What panels show, as a table in Markdown. */
final class PanelTable {

    private PanelTable() {}

    static List<String> lines(List<Answer> answers) {
        var lines = new ArrayList<String>();
        lines.add("| dashboard | panel | query | value |");
        lines.add("|---|---|---|---|");
        for (var answer : answers) {
            lines.add(
                    "| %s | %s | `%s` | %s |"
                            .formatted(
                                    answer.panel().dashboard(),
                                    answer.panel().title(),
                                    answer.query().replace("|", "\\|"),
                                    answer.value()));
        }
        return lines;
    }
}
