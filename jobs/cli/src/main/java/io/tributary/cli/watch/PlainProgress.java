package io.tributary.cli.watch;

import io.tributary.schemas.round.RoundStatus;
import io.tributary.schemas.update.RejectedUpdate;
import java.io.PrintStream;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One line for each event that matters, for logs and pipes: nothing is ever drawn over, and there
 * are no control characters. Each event is told once, however often it is shown.
 *
 * <p>A version is told when it has been evaluated, or when waiting for that has become pointless:
 * there is a newer one, or this is the end.
 */
final class PlainProgress implements ProgressView {

    private final PrintStream out;
    private final int totalRounds;
    private final Map<String, Integer> trained = new HashMap<>();
    private final Set<RejectedUpdate> refused = new HashSet<>();
    private int planned;
    private long extendedMillis;
    private int version = -1;
    private @Nullable FederationSnapshot last;

    /**
     * @param totalRounds round to end with; 0 if that is not known
     */
    PlainProgress(PrintStream out, int totalRounds) {
        this.out = out;
        this.totalRounds = totalRounds;
    }

    @Override
    public synchronized void show(FederationSnapshot snapshot) {
        last = snapshot;
        for (var refusal : snapshot.refusals()) {
            if (refused.add(refusal)) {
                line(snapshot, RefusalText.of(refusal));
            }
        }
        tellVersions(snapshot, false);
        tellOpenRound(snapshot);
        out.flush();
    }

    @Override
    public synchronized void say(String line) {
        out.println(Figures.printable(line));
        out.flush();
    }

    @Override
    public synchronized void close() {
        if (last != null) {
            tellVersions(last, true);
        }
        out.flush();
    }

    private void tellVersions(FederationSnapshot now, boolean atTheEnd) {
        for (var next : now.versions()) {
            boolean superseded = next.version() < now.newestVersion().orElseThrow().version();
            boolean due = next.fullyEvaluated() || superseded || atTheEnd;
            if (next.version() > version && due) {
                version = next.version();
                now.round(version)
                        .flatMap(RoundSnapshot::standIn)
                        .ifPresent(why -> line(now, "round %s: %s".formatted(version, why)));
                line(now, published(now, next));
            }
        }
    }

    private static String published(FederationSnapshot now, VersionSnapshot version) {
        var text = new StringBuilder("version ").append(version.version());
        now.round(version.version())
                .ifPresent(
                        round -> {
                            round.seconds()
                                    .ifPresent(
                                            s ->
                                                    text.append(
                                                            String.format(
                                                                    Locale.ROOT,
                                                                    " after %.1f s",
                                                                    s)));
                            text.append(" from ").append(version.cohort().size());
                            if (round.plan() != null) {
                                text.append(" of ").append(round.plan().silos().size());
                            }
                            text.append(" silos");
                        });
        return text.append(
                        version.global()
                                .map(
                                        e ->
                                                ", global perplexity "
                                                        + Figures.perplexity(e.perplexity()))
                                .orElse(", not evaluated"))
                .toString();
    }

    private void tellOpenRound(FederationSnapshot now) {
        var open = now.openRound();
        if (open == null || open.plan() == null) {
            return;
        }
        int round = open.round();
        if (round != planned) {
            planned = round;
            var steps =
                    open.plan().silos().stream()
                            .map(a -> a.silo() + " " + a.localSteps())
                            .collect(Collectors.joining(", "));
            var total = totalRounds > 0 ? " of " + totalRounds : "";
            line(now, "round %s%s planned, local steps: %s".formatted(round, total, steps));
        }
        for (var assignment : open.plan().silos()) {
            var silo = now.silo(assignment.silo()).orElseThrow();
            if (silo.trainedRound() == round
                    && !Integer.valueOf(round).equals(trained.put(silo.silo(), round))) {
                line(
                        now,
                        "round %s: %s trained %s steps at %s tokens/s"
                                .formatted(
                                        round,
                                        silo.silo(),
                                        assignment.localSteps(),
                                        Figures.whole(silo.tokensPerSecond())));
            }
        }
        var outcome = open.outcome();
        if (outcome != null
                && outcome.status() == RoundStatus.EXTENDED
                && outcome.decidedMillis() != extendedMillis) {
            extendedMillis = outcome.decidedMillis();
            line(now, "round %s goes on: %s".formatted(round, outcome.reason()));
        }
    }

    private void line(FederationSnapshot now, String text) {
        out.println(
                String.format(
                        Locale.ROOT,
                        "%6s  %s",
                        Figures.clock(now.secondsElapsed()),
                        Figures.printable(text)));
    }
}
