package io.tributary.tests.bench.pipeline;

import io.tributary.cli.report.ChartLook;
import io.tributary.cli.report.NoFontsException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws what rounds took against how much was read in them, beside the raw log. */
final class SweepChart {

    private static final double MEGA = 1e6;

    private SweepChart() {}

    /**
     * @param file a PNG; replaced if it is there
     * @throws NoFontsException if this machine has no fonts
     */
    static void write(List<PipelineResult> results, Path file) throws NoFontsException {
        ChartLook.checkFonts();
        var chart =
                new XYChartBuilder()
                        .width(ChartLook.WIDTH)
                        .height(ChartLook.HEIGHT)
                        .title("A round, from the log to the log")
                        .xAxisTitle("MB of updates, log scale")
                        .yAxisTitle("seconds, log scale")
                        .build();
        ChartLook.apply(chart.getStyler());
        chart.getStyler().setXAxisLogarithmic(true);
        chart.getStyler().setDefaultSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
        var groups = new TreeMap<String, List<PipelineResult>>();
        for (var result : results) {
            var c = result.pipeline();
            groups.computeIfAbsent(
                            c.rule() + ", " + c.codec().lowerCaseName(), n -> new ArrayList<>())
                    .add(result);
        }
        int colour = 0;
        for (var group : groups.entrySet()) {
            add(chart, group.getKey(), group.getValue(), colour++, false);
        }
        add(chart, "raw log, same bytes", results, colour, true);
        ChartLook.write(chart, "picture of the sweep", file);
    }

    private static void add(
            XYChart chart, String name, List<PipelineResult> results, int colour, boolean raw) {
        chart.addSeries(
                        name,
                        results.stream()
                                .mapToDouble(r -> r.median(c -> (double) c.updateBytes()) / MEGA)
                                .toArray(),
                        results.stream().mapToDouble(r -> r.median(c -> seconds(c, raw))).toArray())
                .setMarker(raw ? SeriesMarkers.CROSS : SeriesMarkers.CIRCLE)
                .setMarkerColor(ChartLook.colour(colour));
    }

    private static double seconds(RoundCost cost, boolean raw) {
        return raw ? cost.rawReadSeconds() + cost.rawWriteSeconds() : cost.seconds();
    }
}
