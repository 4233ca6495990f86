package io.tributary.cli.pace;

import io.tributary.cli.report.ChartLook;
import io.tributary.cli.report.NoFontsException;
import java.awt.BasicStroke;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws perplexity against time and against tokens: a line for each run, a colour for each arm. */
public final class PaceChart {

    private PaceChart() {}

    /**
     * Writes a picture against wall time.
     *
     * @param file a PNG; replaced if it is there
     * @throws NoFontsException if this machine has no fonts
     */
    public static void writeByTime(List<PaceRun> runs, Path file) throws NoFontsException {
        write(runs, "seconds since the first plan", Point::seconds, file);
    }

    /**
     * Writes a picture against the tokens in the versions.
     *
     * @param file a PNG; replaced if it is there
     * @throws NoFontsException if this machine has no fonts
     */
    public static void writeByTokens(List<PaceRun> runs, Path file) throws NoFontsException {
        write(runs, "thousand tokens trained", point -> point.tokens() / 1000.0, file);
    }

    private static void write(List<PaceRun> runs, String axis, ToDoubleFunction<Point> x, Path file)
            throws NoFontsException {
        ChartLook.checkFonts();
        var chart =
                new XYChartBuilder()
                        .width(ChartLook.WIDTH)
                        .height(ChartLook.HEIGHT)
                        .title("Held-out perplexity with one slow silo")
                        .xAxisTitle(axis)
                        .yAxisTitle("perplexity, log scale")
                        .build();
        ChartLook.apply(chart.getStyler());
        var named = new HashSet<Arm>();
        for (var run : runs) {
            add(chart, run, x, named.add(run.arm()));
        }
        chart.getStyler().setXAxisMin(0.0);
        chart.getStyler().setYAxisLogarithmicDecadeOnly(ChartLook.isWide(chart));
        ChartLook.write(chart, "picture", file);
    }

    private static void add(
            XYChart chart, PaceRun run, ToDoubleFunction<Point> x, boolean firstOfItsArm) {
        var name =
                firstOfItsArm
                        ? run.arm().title()
                        : "%s, seed %s".formatted(run.arm().title(), run.seed());
        chart.addSeries(
                        name,
                        run.points().stream().mapToDouble(x).toArray(),
                        run.points().stream().mapToDouble(Point::perplexity).toArray())
                .setMarker(SeriesMarkers.NONE)
                .setLineColor(ChartLook.colour(run.arm().ordinal()))
                .setLineStyle(new BasicStroke(2f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND))
                .setShowInLegend(firstOfItsArm);
    }
}
