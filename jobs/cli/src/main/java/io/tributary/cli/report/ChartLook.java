package io.tributary.cli.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.XYStyler;

/** What the pictures of perplexities have in common. */
public final class ChartLook {

    /** Pixels. */
    public static final int WIDTH = 1200;

    /** Pixels. */
    public static final int HEIGHT = 800;

    /** With a wider range than this the labels of 9 and 10 would touch. */
    private static final double ALL_LABELS = 150;

    static final Color INK = new Color(0x222222);
    static final Color FAINT_INK = new Color(0x777777);
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

    private ChartLook() {}

    /** The colour of the i-th of several, from 0; there are six. */
    public static Color colour(int i) {
        return COLOURS.get(i % COLOURS.size());
    }

    /**
     * Writes a picture.
     *
     * @param what it shows, for the error
     * @param file a PNG; replaced if it is there
     * @throws UncheckedIOException if the file cannot be written
     */
    public static void write(XYChart chart, String what, Path file) {
        try {
            var parent = file.toAbsolutePath().getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            try (var out = Files.newOutputStream(file)) {
                BitmapEncoder.saveBitmap(chart, out, BitmapEncoder.BitmapFormat.PNG);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the %s to %s".formatted(what, file), e);
        }
    }

    /** Whether only powers of ten have room along a logarithmic axis. */
    public static boolean isWide(XYChart chart) {
        return range(chart) > ALL_LABELS;
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

    /** Perplexity upwards on a log scale, a legend outside. */
    public static void apply(XYStyler style) {
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

    private static Font font(int weight, int size) {
        return new Font(Font.SANS_SERIF, weight, size);
    }

    /**
     * A Java without fontconfig fails in many ways, all of them on its first look at a font.
     *
     * @throws NoFontsException if this machine has no fonts
     */
    public static void checkFonts() throws NoFontsException {
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
