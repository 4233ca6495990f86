package io.tributary.cli.sizing;

import io.tributary.cli.watch.Figures;
import io.tributary.cli.watch.TextTable;
import io.tributary.schemas.model.ModelLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Sizings as people read them: one with its formulas, or several side by side. */
public final class SizingText {

    private SizingText() {}

    /** A table with a line for each figure, and what is not well below; each line ended. */
    public static String of(Sizing sizing) {
        var text = new StringBuilder(heading(sizing)).append('\n');
        var figures = SizingFigures.of(sizing);
        var table = new TextTable(List.of("", "", ""), 2);
        var section = "";
        for (var figure : figures) {
            table.add(
                    figure.section().equals(section) ? "" : figure.section(),
                    figure.name(),
                    value(figure));
            section = figure.section();
        }
        // Figures are aligned to the right, and formulas to the left of their column behind them.
        var lines = table.toString().lines().skip(1).toList();
        for (int i = 0; i < lines.size(); i++) {
            text.append(lines.get(i)).append("  = ").append(figures.get(i).formula()).append('\n');
        }
        warnings(sizing).forEach(warning -> text.append("warning: ").append(warning).append('\n'));
        return text.toString();
    }

    private static String heading(Sizing sizing) {
        var w = sizing.workload();
        return "N = %s parameters, n = %s silos, updates in %s, versions in %s, %s, %s"
                .formatted(
                        size(sizing),
                        w.silos(),
                        w.codec().lowerCaseName(),
                        w.versionCodec().lowerCaseName(),
                        w.rule(),
                        optimizer(sizing));
    }

    private static String optimizer(Sizing sizing) {
        int moments = sizing.workload().optimizer().moments();
        return moments == 1 ? "one moment" : moments + " moments";
    }

    /** What the figures alone do not say. */
    public static List<String> warnings(Sizing sizing) {
        var warnings = new ArrayList<String>();
        if (!sizing.fitsOneModel()) {
            warnings.add(
                    "%s chunks do not fit one model: its manifest lists at most %s, %s parameters"
                            .formatted(
                                    Figures.whole(sizing.chunks()),
                                    Figures.whole(ModelLayout.MAX_CHUNKS),
                                    Figures.scaled(
                                            (double) ModelLayout.MAX_CHUNKS
                                                    * ModelLayout.MAX_CHUNK_ELEMENTS)));
        }
        if (sizing.workload().interval().compareTo(sizing.uploadTime()) < 0) {
            warnings.add("an upload takes longer than the interval between two versions");
        }
        return warnings;
    }

    /**
     * Several sizings as a table in Markdown: a line for each figure, a column for each sizing.
     *
     * @param sizings of the same workload but for the parameters
     */
    public static String markdown(List<Sizing> sizings) {
        var text = new StringBuilder("| | ");
        text.append(
                sizings.stream()
                        .map(sizing -> "**" + size(sizing) + "** | ")
                        .collect(Collectors.joining()));
        text.append("|\n|---|").append("---:|".repeat(sizings.size())).append("---|\n");
        var columns = sizings.stream().map(SizingFigures::of).toList();
        for (int row = 0; row < columns.get(0).size(); row++) {
            var first = columns.get(0).get(row);
            text.append("| ").append(first.section()).append(": ").append(first.name());
            for (var column : columns) {
                text.append(" | ").append(value(column.get(row)));
            }
            text.append(" | ").append(first.formula()).append(" |\n");
        }
        return text.toString();
    }

    /** {@code 1.3B}. */
    private static String size(Sizing sizing) {
        return Figures.scaled(sizing.workload().parameters())
                .replace(" ", "")
                .replace("G", "B")
                .replaceAll("\\.0+(?=[A-Z])|(?<=\\.[1-9])0(?=[A-Z])", "");
    }

    /** A figure with its unit. */
    static String value(Figure figure) {
        return switch (figure.unit()) {
            case BYTES -> bytes(figure.value());
            case BYTES_PER_SECOND -> Bandwidth.text(figure.value());
            case COUNT ->
                    figure.value() < 10 && figure.value() != Math.rint(figure.value())
                            ? String.format(Locale.ROOT, "%.1f", figure.value())
                            : Figures.whole(figure.value());
            case SECONDS -> time(figure.value());
        };
    }

    /** {@code 1.75 GB}. */
    public static String bytes(double bytes) {
        var scaled = Figures.scaled(bytes);
        return scaled + (scaled.contains(" ") ? "B" : " B");
    }

    /** {@code 80 ms}, {@code 2.4 s}, {@code 12 min}, {@code 3.1 h}. */
    public static String time(double seconds) {
        if (seconds < 0.0995) {
            return String.format(Locale.ROOT, "%.0f ms", 1000 * seconds);
        }
        if (seconds < 99.5) {
            return String.format(Locale.ROOT, seconds < 9.95 ? "%.1f s" : "%.0f s", seconds);
        }
        double minutes = seconds / 60;
        return minutes < 99.5
                ? String.format(Locale.ROOT, minutes < 9.95 ? "%.1f min" : "%.0f min", minutes)
                : String.format(Locale.ROOT, "%.1f h", minutes / 60);
    }
}
