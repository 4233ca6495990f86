package io.tributary.cli.watch;

import io.tributary.silo.Evaluation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How a model of a federation stands, as text that stays on the page. */
public final class StatusText {

    /** Rounds to list: the last few tell how it is going. */
    private static final int ROUNDS = 8;

    private StatusText() {}

    /** Lines for people, each ended; no colours, no control characters. */
    public static String of(FederationSnapshot now) {
        var text = new StringBuilder();
        line(text, "federation %s, model %s", now.federation(), now.model());
        describeModel(text, now);
        OpenRoundText.of(now).forEach(told -> line(text, "%s", told));
        section(text, "changed by operators", OperatorsText.of(now));
        line(text, "");
        if (now.silos().isEmpty()) {
            line(text, "no silos yet");
        } else {
            line(text, "%s", presence(now));
            text.append(silos(now));
        }
        if (!now.rounds().isEmpty()) {
            line(text, "");
            text.append(rounds(now));
        }
        section(text, "rounds that went on, or were given up", troubles(now));
        section(
                text,
                "updates that were not used, the newest last",
                now.refusals().stream()
                        .map(refused -> RefusalText.of(refused, now.secondsLate(refused)))
                        .toList());
        return text.toString();
    }

    private static void describeModel(StringBuilder text, FederationSnapshot now) {
        var newest = now.newestVersion();
        if (newest.isEmpty()) {
            line(text, "no version yet");
            return;
        }
        line(
                text,
                "version %s%s, %s parameters, published %s ago, digest %s",
                newest.get().version(),
                newest.get().isRollBack()
                        ? ", which is version %s again".formatted(newest.get().baseVersion())
                        : "",
                Figures.scaled(now.parameters()),
                ago(now, newest.get().appendMillis()),
                newest.get().digest());
        newest.get()
                .epsilon()
                .ifPresent(
                        e ->
                                line(
                                        text,
                                        "privacy of every silo over all versions so far: epsilon %.3g",
                                        e));
        now.round(newest.get().version())
                .flatMap(RoundSnapshot::standIn)
                .ifPresent(why -> line(text, "  %s", Figures.printable(why)));
        now.newestEvaluated()
                .ifPresent(
                        v -> {
                            var global = v.global().orElseThrow();
                            line(
                                    text,
                                    "version %s measured by %s silos: perplexity %s, loss %.4f, %s bits/byte",
                                    v.version(),
                                    v.evaluations().size(),
                                    Figures.perplexity(global.perplexity()),
                                    global.loss(),
                                    bitsPerByte(global));
                        });
    }

    /** Who is there and who is not, in one line. */
    private static String presence(FederationSnapshot now) {
        var live = new ArrayList<String>();
        var gone = new ArrayList<String>();
        for (var silo : now.silos()) {
            var liveness = Liveness.of(silo, now.atMillis());
            if (now.operators().evicted().contains(silo.silo())) {
                gone.add(silo.silo() + " evicted");
            } else if (liveness == Liveness.LIVE) {
                live.add(silo.silo());
            } else if (liveness == Liveness.UNSEEN) {
                gone.add(silo.silo() + " not seen yet");
            } else {
                gone.add(
                        "%s %s %s"
                                .formatted(
                                        silo.silo(),
                                        liveness == Liveness.LEFT ? "left, last seen" : "silent",
                                        liveness == Liveness.LEFT
                                                ? ago(now, silo.lastSeenMillis()) + " ago"
                                                : "for " + ago(now, silo.lastSeenMillis())));
            }
        }
        var text =
                "%s of %s silos are live%s"
                        .formatted(
                                live.size(),
                                now.silos().size(),
                                live.isEmpty() ? "" : ": " + String.join(", ", live));
        return gone.isEmpty() ? text : text + "; " + String.join(", ", gone);
    }

    /** Rounds that did not end as they should, and why. */
    private static List<String> troubles(FederationSnapshot now) {
        var lines = new ArrayList<String>();
        for (var round : now.rounds()) {
            int extended = round.extensions().size();
            if (extended > 0) {
                lines.add(
                        "round %s was extended%s: %s"
                                .formatted(
                                        round.round(),
                                        extended == 1 ? "" : " %s times".formatted(extended),
                                        Figures.printable(
                                                round.extensions().get(extended - 1).reason())));
            }
            if (round.isAbandoned() && round.outcome() != null) {
                lines.add(
                        "round %s was %s"
                                .formatted(
                                        round.round(),
                                        Figures.printable(round.outcome().reason())));
            }
        }
        return lines;
    }

    private static void section(StringBuilder text, String heading, List<String> lines) {
        if (!lines.isEmpty()) {
            line(text, "");
            line(text, "%s", heading);
            lines.subList(Math.max(0, lines.size() - ROUNDS), lines.size())
                    .forEach(entry -> line(text, "  %s", entry));
        }
    }

    private static String silos(FederationSnapshot now) {
        var table =
                new TextTable(
                        List.of(
                                "silo",
                                "doing",
                                "steps",
                                "tokens/s",
                                "seen",
                                "text tokens",
                                "version",
                                "perplexity",
                                "bits/byte",
                                "accepted",
                                "late",
                                "rejected"),
                        2);
        for (var silo : now.silos()) {
            var activity = SiloActivity.of(silo, now);
            var last = silo.lastEvaluation();
            table.add(
                    silo.silo(),
                    activity.word(),
                    activity.steps() == 0 ? "-" : activity.step() + "/" + activity.steps(),
                    silo.tokensPerSecond() > 0 ? Figures.whole(silo.tokensPerSecond()) : "-",
                    silo.lastSeenMillis() == 0 ? "never" : ago(now, silo.lastSeenMillis()) + " ago",
                    silo.declaredTokens() == 0 ? "-" : Figures.scaled(silo.declaredTokens()),
                    last.map(e -> String.valueOf(e.getKey())).orElse("-"),
                    last.map(Map.Entry::getValue)
                            .map(e -> Figures.perplexity(e.perplexity()))
                            .orElse("-"),
                    last.map(Map.Entry::getValue).map(StatusText::bitsPerByte).orElse("-"),
                    String.valueOf(silo.accepted()),
                    String.valueOf(silo.late()),
                    String.valueOf(silo.rejected()));
        }
        return table.toString();
    }

    private static String rounds(FederationSnapshot now) {
        var table =
                new TextTable(
                        List.of(
                                "round",
                                "cohort",
                                "folded",
                                "seconds",
                                "late",
                                "rejected",
                                "perplexity"),
                        0);
        var rounds = now.rounds();
        for (var round : rounds.subList(Math.max(0, rounds.size() - ROUNDS), rounds.size())) {
            var version = round.version();
            var seconds = round.seconds();
            table.add(
                    String.valueOf(round.round()),
                    cohort(round),
                    version == null ? "-" : String.valueOf(version.folded().size()),
                    seconds.isEmpty()
                            ? "-"
                            : String.format(Locale.ROOT, "%.1f", seconds.getAsDouble()),
                    String.valueOf(round.late()),
                    String.valueOf(round.rejected()),
                    version == null
                            ? "-"
                            : version.global()
                                    .map(e -> Figures.perplexity(e.perplexity()))
                                    .orElse("-"));
        }
        return table.toString();
    }

    /** {@code 3 of 4}: in the version, of those that the round was planned for. */
    private static String cohort(RoundSnapshot round) {
        var version = round.version();
        if (version != null && version.isRollBack()) {
            return "version %s again".formatted(version.baseVersion());
        }
        var came = version == null ? "-" : String.valueOf(version.cohort().size());
        return round.plan() == null
                ? came
                : "%s of %s".formatted(came, round.plan().silos().size());
    }

    private static String bitsPerByte(Evaluation evaluation) {
        return evaluation.bytes() > 0
                ? String.format(Locale.ROOT, "%.3f", evaluation.bitsPerByte())
                : "-";
    }

    private static String ago(FederationSnapshot now, long millis) {
        return Figures.clock((now.atMillis() - millis) / 1000.0);
    }

    private static void line(StringBuilder text, String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
