package io.tributary.tests.bench.pipeline;

import io.tributary.cli.report.ChartLook;
import io.tributary.cli.report.NoFontsException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws what a long run takes, round by round. */
final class EnduranceChart {

    private static final double MEGA = 1e6;

    private EnduranceChart() {}

    /**
     * @param file a PNG; replaced if it is there
     * @throws NoFontsException if this machine has no fonts
     */
    static void write(List<Sample> samples, Path file) throws NoFontsException {
        ChartLook.checkFonts();
        var chart =
                new XYChartBuilder()
                        .width(ChartLook.WIDTH)
                        .height(ChartLook.HEIGHT)
                        .title("What a long run takes")
                        .xAxisTitle("round")
                        .yAxisTitle("MB")
                        .build();
        ChartLook.apply(chart.getStyler());
        chart.getStyler().setYAxisLogarithmic(false);
        add(chart, 0, "task managers: live heap", samples, Sample::liveHeapBytes);
        add(chart, 1, "task managers: native", samples, Sample::nativeBytes);
        add(chart, 2, "checkpoint", samples, Sample::checkpointBytes);
        add(chart, 3, "broker: live heap", samples, Sample::brokerHeapBytes);
        chart.getStyler().setYAxisMin(0.0);
        ChartLook.write(chart, "picture of the run", file);
    }

    private static void add(
            XYChart chart,
            int colour,
            String name,
            List<Sample> samples,
            ToDoubleFunction<Sample> bytes) {
        chart.addSeries(
                        name,
                        samples.stream().mapToDouble(Sample::round).toArray(),
                        samples.stream().mapToDouble(s -> bytes.applyAsDouble(s) / MEGA).toArray())
                .setMarker(SeriesMarkers.NONE)
                .setLineColor(ChartLook.colour(colour));
    }
}
