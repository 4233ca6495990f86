package io.tributary.cli.watch;

import java.util.ArrayList;
import java.util.List;

/** Aligned columns under headings. Leading columns hold words, the others figures. */
public final class TextTable {

    private static final String GAP = "  ";

    private final List<List<String>> rows = new ArrayList<>();
    private final int words;

    /**
     * @param words how many leading columns are aligned to the left
     */
    public TextTable(List<String> headings, int words) {
        this.words = words;
        rows.add(headings);
    }

    /**
     * @throws IllegalArgumentException if there are more cells than headings
     */
    public void add(String... cells) {
        if (cells.length > rows.get(0).size()) {
            throw new IllegalArgumentException(
                    "%s cells under %s headings".formatted(cells.length, rows.get(0).size()));
        }
        rows.add(List.of(cells));
    }

    /** One line for each row, each ended; no trailing blanks. */
    @Override
    public String toString() {
        var text = new StringBuilder();
        for (var row : rows) {
            var line = new StringBuilder();
            for (int c = 0; c < row.size(); c++) {
                var blanks = " ".repeat(width(c) - row.get(c).length());
                line.append(c == 0 ? "" : GAP);
                line.append(c < words ? row.get(c) + blanks : blanks + row.get(c));
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }

    private int width(int column) {
        return rows.stream()
                .filter(row -> row.size() > column)
                .mapToInt(row -> row.get(column).length())
                .max()
                .orElse(0);
    }
}
