package io.tributary.cli.report;

import io.tributary.cli.watch.FederationSnapshot;
import io.tributary.cli.watch.Figures;
import io.tributary.cli.watch.SiloSnapshot;
import io.tributary.silo.Evaluation;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Draws held-out perplexity by version: of the whole, of each silo, and the baselines as dashed
 * lines. Works without a display.
 */
public final class LearningCurve {

    private static final int WIDTH = 1200;
    private static final int HEIGHT = 800;

    /** With a wider range than this the labels of 9 and 10 would touch. */
    private static final double ALL_LABELS = 150;

    /** More names than this have no room in the legend. */
    private static final int NAMED_SILOS = 16;

    private static final Color INK = new Color(0x222222);
    private static final Color FAINT_INK = new Color(0x777777);
    private static final Color GRID = new Color(0xE6E6E6);

    /** Okabe and Ito's palette, which colour-blind readers can tell apart, without its yellow. */
    private static final List<Color> COLOURS =
            List.of(
                    new Color(0x0072B2),
                    new Color(0xE69F00),
                    new Color(0x009E73),
                    new Color(0xCC79A7),
                    new Color(0x56B4E9),
                    new Color(0xD55E00));

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
        checkFonts();
        var chart = chart(snapshot, baselines);
        try {
            var parent = file.toAbsolutePath().getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            try (var out = Files.newOutputStream(file)) {
                BitmapEncoder.saveBitmap(chart, out, BitmapEncoder.BitmapFormat.PNG);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the learning curve to " + file, e);
        }
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
                        .width(WIDTH)
                        .height(HEIGHT)
                        .title(
                                "Held-out perplexity of %s/%s, %s parameters"
                                        .formatted(
                                                snapshot.federation(),
                                                snapshot.model(),
                                                Figures.scaled(snapshot.parameters())))
                        .xAxisTitle("model version")
                        .yAxisTitle("perplexity, log scale")
                        .build();
        style(chart.getStyler());
        int first = global.firstKey();
        int last = Math.max(global.lastKey(), first + 1);
        addBaseline(chart, "unigram", baselines.unigram(), first, last);
        addBaseline(chart, "bigram", baselines.bigram(), first, last);
        addSilos(chart, snapshot.silos());
        add(chart, "all silos", global, INK, 4f).setShowInLegend(true);
        chart.getStyler().setXAxisMin((double) first).setXAxisMax((double) last);
        chart.getStyler().setYAxisLogarithmicDecadeOnly(range(chart) > ALL_LABELS);
        return chart;
    }

    /** A silo's colour depends on the silos only; its place in the legend on how it does. */
    private static void addSilos(XYChart chart, List<SiloSnapshot> silos) {
        var colours = new HashMap<String, Color>();
        for (int i = 0; i < silos.size(); i++) {
            colours.put(silos.get(i).silo(), COLOURS.get(i % COLOURS.size()));
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

    /** How many times the smallest value the largest is. */
    private static double range(XYChart chart) {
        double low = Double.POSITIVE_INFINITY;
        double high = 0;
        for (var series : chart.getSeriesMap().values()) {
            low = Math.min(low, series.getYMin());
            high = Math.max(high, series.getYMax());
        }
        return high / low;
    }

    private static void style(XYStyler style) {
        style.setYAxisLogarithmic(true);
        style.setYAxisLabelAlignment(AxesChartStyler.TextAlignment.Right);
        style.setYAxisDecimalPattern("0.##");
        style.setXAxisDecimalPattern("0");
        style.setLegendPosition(Styler.LegendPosition.OutsideE);
        style.setLegendSeriesLineLength(36);
        style.setLegendPadding(12);
        style.setLegendBorderColor(Color.WHITE);
        style.setLegendFont(font(Font.PLAIN, 16));
        style.setChartTitleFont(font(Font.BOLD, 20));
        style.setChartTitleBoxVisible(false);
        style.setChartTitlePadding(12);
        style.setAxisTitleFont(font(Font.PLAIN, 16));
        style.setAxisTickLabelsFont(font(Font.PLAIN, 13));
        style.setAxisTickLabelsColor(FAINT_INK);
        style.setChartBackgroundColor(Color.WHITE);
        style.setChartFontColor(INK);
        style.setPlotBorderVisible(false);
        style.setPlotGridLinesColor(GRID);
        style.setPlotGridLinesStroke(new BasicStroke(1f));
        style.setPlotGridVerticalLinesVisible(false);
        style.setChartPadding(16);
        style.setAntiAlias(true);
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
                .setLineColor(FAINT_INK)
                .setLineStyle(
                        new BasicStroke(
                                2f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, dashes, 0));
    }

    private static Font font(int weight, int size) {
        return new Font(Font.SANS_SERIF, weight, size);
    }

    /** A Java without fontconfig fails in many ways, all of them on its first look at a font. */
    private static void checkFonts() throws NoFontsException {
        var canvas = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB).createGraphics();
        try {
            canvas.setFont(font(Font.PLAIN, 12));
            if (canvas.getFontMetrics().stringWidth("x") <= 0) {
                throw new NoFontsException(null);
            }
        } catch (RuntimeException | Error e) {
            throw new NoFontsException(e);
        } finally {
            canvas.dispose();
        }
    }
}
