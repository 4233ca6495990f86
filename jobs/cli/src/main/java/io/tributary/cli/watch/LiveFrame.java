package io.tributary.cli.watch;

import io.tributary.silo.Evaluation;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStringBuilder;
import org.jline.utils.AttributedStyle;

/**
 * Lays a snapshot out in lines for a terminal of a given size. Pure. No line is wider than the
 * terminal, and there are fewer lines than it has rows.
 *
 * @param glyphs what to draw with
 * @param colours whether to use colours and weights
 * @param totalRounds round to end with; 0 if that is not known
 */
record LiveFrame(Glyphs glyphs, boolean colours, int totalRounds) {

    private static final AttributedStyle PLAIN = AttributedStyle.DEFAULT;
    private static final AttributedStyle BOLD = PLAIN.bold();
    private static final AttributedStyle FAINT = PLAIN.faint();
    private static final AttributedStyle GREEN = PLAIN.foreground(AttributedStyle.GREEN);
    private static final AttributedStyle CYAN = PLAIN.foreground(AttributedStyle.CYAN);
    private static final AttributedStyle YELLOW = PLAIN.foreground(AttributedStyle.YELLOW);
    private static final AttributedStyle BLUE = PLAIN.foreground(AttributedStyle.BLUE);
    private static final AttributedStyle RED = PLAIN.foreground(AttributedStyle.RED);

    List<AttributedString> render(FederationSnapshot now, int width, int height) {
        var columns = Columns.in(width, now.silos().stream().map(SiloSnapshot::silo).toList());
        var lines = new ArrayList<AttributedString>();
        lines.add(title(now, width));
        lines.add(round(now, width));
        lines.add(perplexity(now, width));
        lines.add(AttributedString.EMPTY);
        lines.add(heading(columns));
        // Below the silos: an empty line, what became of the updates, and a row for the cursor.
        int rows = Math.max(1, height - lines.size() - 3);
        boolean cut = now.silos().size() > rows;
        var shown = cut ? now.silos().subList(0, rows - 1) : now.silos();
        shown.forEach(silo -> lines.add(silo(silo, now, columns)));
        if (cut) {
            int hidden = now.silos().size() - shown.size();
            lines.add(line(new Styled(" %s %s more".formatted(glyphs.ellipsis(), hidden), FAINT)));
        }
        lines.add(AttributedString.EMPTY);
        lines.add(updates(now));
        return lines.stream()
                .limit(Math.max(1, height - 1))
                .map(line -> line.columnSubSequence(0, width))
                .toList();
    }

    private record Styled(String text, AttributedStyle style) {}

    private AttributedString title(FederationSnapshot now, int width) {
        var left = new ArrayList<Styled>();
        left.add(new Styled(" Tributary", BOLD.foreground(AttributedStyle.CYAN)));
        left.add(new Styled("  %s/%s".formatted(now.federation(), now.model()), PLAIN));
        if (now.parameters() > 0) {
            var size = "  %s parameters".formatted(Figures.scaled(now.parameters()));
            left.add(new Styled(size, FAINT));
        }
        var plan = now.openRound() == null ? null : now.openRound().plan();
        if (plan != null && width >= 110) {
            var how =
                    "  %s %s %s %s"
                            .formatted(
                                    glyphs.dot(),
                                    plan.rule(),
                                    glyphs.dot(),
                                    plan.serverOptimizer());
            left.add(new Styled(Figures.printable(how), FAINT));
        }
        return spread(left, List.of(new Styled(Figures.clock(now.secondsElapsed()), BOLD)), width);
    }

    private AttributedString round(FederationSnapshot now, int width) {
        int version = now.newestVersion().map(VersionSnapshot::version).orElse(-1);
        var left = new ArrayList<Styled>();
        var right = new ArrayList<Styled>();
        var open = now.openRound();
        if (open != null) {
            left.add(new Styled(" Round ", PLAIN));
            left.add(new Styled(String.valueOf(open.round()), BOLD));
            left.add(new Styled(totalRounds > 0 ? " of " + totalRounds : "", PLAIN));
        } else if (version > 0 && version >= totalRounds && totalRounds > 0) {
            left.add(new Styled(" All %s rounds done".formatted(totalRounds), BOLD));
        } else {
            left.add(
                    new Styled(version < 0 ? " Waiting for a model" : " Waiting for silos", PLAIN));
        }
        if (version >= 0) {
            right.add(new Styled("version %s".formatted(version), PLAIN));
        }
        TimeLeft.seconds(now, totalRounds)
                .ifPresent(
                        seconds -> {
                            if (version < totalRounds) {
                                right.add(
                                        new Styled(
                                                "  about %s left".formatted(Figures.clock(seconds)),
                                                FAINT));
                            }
                        });
        int space = width - columns(left) - columns(right) - 4;
        if (totalRounds > 0 && space >= 8) {
            left.add(new Styled("  ", PLAIN));
            left.addAll(bar(progress(now, version), space, CYAN));
        }
        return spread(left, right, width);
    }

    /** Rounds that are done, and the silo steps of the open one. */
    private double progress(FederationSnapshot now, int version) {
        double done = Math.max(0, version);
        var open = now.openRound();
        if (open != null && open.plan() != null) {
            double steps = 0;
            double planned = 0;
            for (var assignment : open.plan().silos()) {
                var activity = SiloActivity.of(now.silo(assignment.silo()).orElseThrow(), now);
                steps += Math.min(activity.step(), assignment.localSteps());
                planned += assignment.localSteps();
            }
            done += planned > 0 ? steps / planned : 0;
        }
        return done / totalRounds;
    }

    private AttributedString perplexity(FederationSnapshot now, int width) {
        var evaluated = now.newestEvaluated();
        if (evaluated.isEmpty()) {
            return line(new Styled(" Perplexity ", PLAIN), new Styled("-", FAINT));
        }
        double[] trend = globalTrend(now, evaluated.get().version());
        var left = new ArrayList<Styled>();
        left.add(new Styled(" Perplexity ", PLAIN));
        left.add(new Styled(Figures.perplexity(trend[trend.length - 1]), BOLD));
        var right = new ArrayList<Styled>();
        if (trend.length > 1) {
            var fall =
                    "%s %s %s"
                            .formatted(
                                    Figures.perplexity(trend[0]),
                                    glyphs.arrow(),
                                    Figures.perplexity(trend[trend.length - 1]));
            right.add(new Styled(fall, FAINT));
        }
        int space = Math.min(60, width - columns(left) - columns(right) - 6);
        left.add(new Styled("  ", PLAIN));
        left.add(new Styled(glyphs.trend(trend, space), GREEN));
        return spread(left, right, width);
    }

    private static double[] globalTrend(FederationSnapshot now, int upTo) {
        return now.versions().stream()
                .filter(v -> v.version() <= upTo)
                .flatMap(v -> v.global().stream())
                .mapToDouble(Evaluation::perplexity)
                .toArray();
    }

    private AttributedString heading(Columns c) {
        var text = new StringBuilder(" ").append(pad("silo", c.silo())).append("  ");
        text.append(pad("", Columns.WORD)).append("  ");
        if (c.bar() > 0) {
            text.append(pad("local steps", c.bar() + 1 + Columns.STEPS)).append("  ");
        }
        text.append(padLeft("tokens/s", Columns.SPEED)).append("  ");
        text.append(padLeft(c.narrow() ? "ppl" : "perplexity", c.perplexity()));
        return line(new Styled(text.toString(), FAINT));
    }

    private AttributedString silo(SiloSnapshot silo, FederationSnapshot now, Columns c) {
        var activity = SiloActivity.of(silo, now);
        var style = style(activity.kind());
        var parts = new ArrayList<Styled>();
        parts.add(new Styled(" " + pad(cut(silo.silo(), c.silo()), c.silo()) + "  ", BOLD));
        parts.add(new Styled(pad(cut(activity.word(), Columns.WORD), Columns.WORD) + "  ", style));
        if (c.bar() > 0) {
            parts.addAll(steps(activity, c.bar(), style));
        }
        boolean training = activity.kind() == SiloActivity.Kind.TRAINING;
        var speed = silo.tokensPerSecond() > 0 ? Figures.whole(silo.tokensPerSecond()) : "-";
        parts.add(new Styled(padLeft(speed, Columns.SPEED) + "  ", training ? PLAIN : FAINT));
        var last = silo.lastEvaluation().map(e -> e.getValue().perplexity()).orElse(Double.NaN);
        parts.add(new Styled(padLeft(Figures.perplexity(last), c.perplexity()), BOLD));
        if (c.trend() > 0) {
            var trend = glyphs.trend(perplexities(silo.evaluations()), c.trend());
            parts.add(new Styled("  " + trend, GREEN));
        }
        return line(parts.toArray(Styled[]::new));
    }

    private List<Styled> steps(SiloActivity activity, int bar, AttributedStyle style) {
        if (activity.steps() == 0) {
            return List.of(new Styled(" ".repeat(bar + 1 + Columns.STEPS + 2), PLAIN));
        }
        var parts = new ArrayList<>(bar(activity.step() / (double) activity.steps(), bar, style));
        var count = activity.step() + "/" + activity.steps();
        parts.add(new Styled(" " + padLeft(count, Columns.STEPS) + "  ", PLAIN));
        return parts;
    }

    private AttributedString updates(FederationSnapshot now) {
        var counts = new ArrayList<Styled>();
        counts.add(new Styled(" %s updates accepted".formatted(now.accepted()), PLAIN));
        if (now.late() > 0) {
            counts.add(new Styled(", %s late".formatted(now.late()), YELLOW));
        }
        if (now.rejected() > 0) {
            counts.add(new Styled(", %s rejected".formatted(now.rejected()), RED));
        }
        if (!now.refusals().isEmpty()) {
            var last = now.refusals().get(now.refusals().size() - 1);
            counts.add(new Styled("  %s %s".formatted(glyphs.dot(), RefusalText.of(last)), FAINT));
        }
        return line(counts.toArray(Styled[]::new));
    }

    private List<Styled> bar(double fraction, int width, AttributedStyle style) {
        var done = glyphs.doneBar(fraction, width);
        return List.of(
                new Styled(done, style), new Styled(glyphs.emptyBar(width - done.length()), FAINT));
    }

    private static AttributedStyle style(SiloActivity.Kind kind) {
        return switch (kind) {
            case WAITING -> FAINT;
            case MOVING -> YELLOW;
            case TRAINING -> CYAN;
            case EVALUATING -> BLUE;
            case DONE -> GREEN;
            case GONE -> RED;
        };
    }

    private static double[] perplexities(NavigableMap<Integer, Evaluation> evaluations) {
        return evaluations.values().stream().mapToDouble(Evaluation::perplexity).toArray();
    }

    private AttributedString spread(List<Styled> left, List<Styled> right, int width) {
        int gap = width - columns(left) - columns(right) - 1;
        var all = new ArrayList<>(left);
        if (gap > 0) {
            all.add(new Styled(" ".repeat(gap), PLAIN));
            all.addAll(right);
        }
        return line(all.toArray(Styled[]::new));
    }

    private AttributedString line(Styled... parts) {
        var line = new AttributedStringBuilder();
        for (var part : parts) {
            line.append(part.text(), colours ? part.style() : PLAIN);
        }
        return line.toAttributedString();
    }

    private static int columns(List<Styled> parts) {
        return parts.stream().mapToInt(p -> new AttributedString(p.text()).columnLength()).sum();
    }

    private String cut(String text, int width) {
        return text.length() <= width
                ? text
                : text.substring(0, Math.max(0, width - glyphs.ellipsis().length()))
                        + glyphs.ellipsis();
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }

    private static String padLeft(String text, int width) {
        return " ".repeat(Math.max(0, width - text.length())) + text;
    }
}
