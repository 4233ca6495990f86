package io.tributary.cli.watch;

import io.tributary.schemas.round.RoundPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The open round in words: what it is, who has delivered, who is waited for, and until when. */
final class OpenRoundText {

    private OpenRoundText() {}

    static List<String> of(FederationSnapshot now) {
        var open = now.openRound();
        if (open == null) {
            return List.of("no open round");
        }
        var lines = new ArrayList<String>();
        var plan = open.plan();
        lines.add(
                "round %s open for %s%s"
                        .formatted(
                                open.round(),
                                Figures.clock(now.secondsOpen()),
                                plan == null ? "" : describe(plan)));
        if (open.outcome() != null) {
            lines.add("  " + Figures.printable(open.outcome().reason()));
        }
        if (open.isClosed()) {
            lines.add("  it has closed; its version is on its way");
        } else if (plan != null) {
            var arrivals = Arrivals.of(now);
            lines.add("  " + progress(now, open, plan, arrivals));
            if (!arrivals.missing().isEmpty()) {
                lines.add("  missing: " + missing(now, arrivals));
            }
        }
        return lines;
    }

    private static String describe(RoundPlan plan) {
        return ": %s silos, quorum %s, %s, %s, %s"
                .formatted(
                        plan.silos().size(),
                        plan.quorum(),
                        Figures.printable(plan.rule()),
                        Figures.printable(plan.serverOptimizer()),
                        plan.codec().name().toLowerCase(Locale.ROOT));
    }

    private static String progress(
            FederationSnapshot now, RoundSnapshot open, RoundPlan plan, Arrivals arrivals) {
        boolean quorum = arrivals.quorumMillis() > 0;
        long deadline = open.deadlineMillis().orElse(now.atMillis());
        long end =
                quorum
                        ? Math.min(arrivals.quorumMillis() + plan.graceMillis(), deadline)
                        : deadline;
        var left = Figures.clock(Math.abs(end - now.atMillis()) / 1000.0);
        String when;
        if (arrivals.missing().isEmpty()) {
            when = "nobody is left to wait for";
        } else if (end < now.atMillis()) {
            when = "its end is overdue by " + left;
        } else if (quorum) {
            when = "it closes in %s at the latest".formatted(left);
        } else {
            when = "without %s of them it is extended in %s".formatted(plan.quorum(), left);
        }
        return "%s of %s updates are there%s; %s"
                .formatted(
                        arrivals.came(),
                        arrivals.planned(),
                        arrivals.late() == 0
                                ? ""
                                : ", and %s of earlier rounds".formatted(arrivals.late()),
                        when);
    }

    private static String missing(FederationSnapshot now, Arrivals arrivals) {
        var silos =
                arrivals.missing().stream()
                        .map(
                                silo ->
                                        "%s (%s)"
                                                .formatted(
                                                        silo,
                                                        now.silo(silo)
                                                                .map(s -> doing(s, now))
                                                                .orElse("not seen")))
                        .collect(Collectors.joining(", "));
        return arrivals.medianMillis() == 0
                ? silos
                : "%s; %s behind the median of those that came"
                        .formatted(
                                silos,
                                Figures.clock((now.atMillis() - arrivals.medianMillis()) / 1000.0));
    }

    private static String doing(SiloSnapshot silo, FederationSnapshot now) {
        var activity = SiloActivity.of(silo, now);
        return activity.kind() == SiloActivity.Kind.TRAINING
                ? "%s %s/%s".formatted(activity.word(), activity.step(), activity.steps())
                : activity.word();
    }
}
