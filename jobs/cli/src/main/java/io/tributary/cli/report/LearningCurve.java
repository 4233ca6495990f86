package io.tributary.cli.report;

import io.tributary.cli.watch.FederationSnapshot;
import io.tributary.cli.watch.Figures;
import io.tributary.cli.watch.SiloSnapshot;
import io.tributary.silo.Evaluation;
import java.awt.BasicStroke;
import java.awt.Color;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Draws held-out perplexity by version: of the whole, of each silo, and the baselines as dashed
 * lines. Works without a display.
 */
public final class LearningCurve {

    /** More names than this have no room in the legend. */
    private static final int NAMED_SILOS = 16;

    private LearningCurve() {}

    /**
     * Writes the picture.
     *
     * @param file a PNG; replaced if it is there
     * @throws NoFontsException if this machine has no fonts
     * @throws IllegalArgumentException if no version has been evaluated
     * @throws UncheckedIOException if the file cannot be written
     */
    public static void write(FederationSnapshot snapshot, Baselines baselines, Path file)
            throws NoFontsException {
        ChartLook.checkFonts();
        var chart = chart(snapshot, baselines);
        ChartLook.write(chart, "learning curve", file);
    }

    private static XYChart chart(FederationSnapshot snapshot, Baselines baselines) {
        var global = new TreeMap<Integer, Evaluation>();
        snapshot.versions().forEach(v -> v.global().ifPresent(e -> global.put(v.version(), e)));
        if (global.isEmpty()) {
            throw new IllegalArgumentException(
                    "no version of model %s of federation %s has been evaluated; there is no curve to draw"
                            .formatted(snapshot.model(), snapshot.federation()));
        }
        var chart =
                new XYChartBuilder()
                        .width(ChartLook.WIDTH)
                        .height(ChartLook.HEIGHT)
                        .title(
                                "Held-out perplexity of %s/%s, %s parameters"
                                        .formatted(
                                                snapshot.federation(),
                                                snapshot.model(),
                                                Figures.scaled(snapshot.parameters())))
                        .xAxisTitle("model version")
                        .yAxisTitle("perplexity, log scale")
                        .build();
        ChartLook.apply(chart.getStyler());
        int first = global.firstKey();
        int last = Math.max(global.lastKey(), first + 1);
        addBaseline(chart, "unigram", baselines.unigram(), first, last);
        addBaseline(chart, "bigram", baselines.bigram(), first, last);
        addSilos(chart, snapshot.silos());
        add(chart, "all silos", global, ChartLook.INK, 4f).setShowInLegend(true);
        chart.getStyler().setXAxisMin((double) first).setXAxisMax((double) last);
        chart.getStyler().setYAxisLogarithmicDecadeOnly(ChartLook.isWide(chart));
        return chart;
    }

    /** A silo's colour depends on the silos only; its place in the legend on how it does. */
    private static void addSilos(XYChart chart, List<SiloSnapshot> silos) {
        var colours = new HashMap<String, Color>();
        for (int i = 0; i < silos.size(); i++) {
            colours.put(silos.get(i).silo(), ChartLook.colour(i));
        }
        silos.stream()
                .filter(silo -> !silo.evaluations().isEmpty())
                .sorted(Comparator.comparingDouble(LearningCurve::newest).reversed())
                .forEach(
                        silo ->
                                add(
                                                chart,
                                                silo.silo(),
                                                silo.evaluations(),
                                                colours.get(silo.silo()),
                                                2f)
                                        .setShowInLegend(silos.size() <= NAMED_SILOS));
    }

    private static double newest(SiloSnapshot silo) {
        return silo.evaluations().lastEntry().getValue().perplexity();
    }

    private static XYSeries add(
            XYChart chart,
            String name,
            NavigableMap<Integer, Evaluation> measured,
            Color colour,
            float width) {
        double[] versions = measured.keySet().stream().mapToDouble(v -> v).toArray();
        double[] values = measured.values().stream().mapToDouble(Evaluation::perplexity).toArray();
        var label = "%s  %s".formatted(name, Figures.perplexity(values[values.length - 1]));
        var line = new BasicStroke(width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND);
        var series = chart.addSeries(label, versions, values);
        series.setMarker(SeriesMarkers.NONE).setLineColor(colour).setLineStyle(line);
        return series;
    }

    private static void addBaseline(
            XYChart chart, String name, double perplexity, int first, int last) {
        if (Double.isNaN(perplexity)) {
            return;
        }
        var label = "%s baseline  %s".formatted(name, Figures.perplexity(perplexity));
        float[] dashes = name.equals("bigram") ? new float[] {9, 6} : new float[] {2, 6};
        chart.addSeries(label, new double[] {first, last}, new double[] {perplexity, perplexity})
                .setMarker(SeriesMarkers.NONE)
                .setLineColor(ChartLook.FAINT_INK)
                .setLineStyle(
                        new BasicStroke(
                                2f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, dashes, 0));
    }
}
