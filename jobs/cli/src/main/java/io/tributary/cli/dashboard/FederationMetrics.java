package io.tributary.cli.dashboard;

import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.tributary.cli.watch.Alignment;
import io.tributary.cli.watch.FederationSnapshot;
import io.tributary.cli.watch.Liveness;
import io.tributary.cli.watch.RoundPhase;
import io.tributary.cli.watch.RoundSnapshot;
import io.tributary.cli.watch.RoundSpacing;
import io.tributary.cli.watch.SiloSnapshot;
import io.tributary.cli.watch.VersionSnapshot;
import io.tributary.schemas.update.RejectedUpdate;
import io.tributary.schemas.update.RejectionReason;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/**
 * A federation in figures for Prometheus, as it is seen from outside: they are there while the job
 * is down. What is not known has no series. Counters count what was seen since the page was
 * started, and what it read back then.
 */
final class FederationMetrics {

    private static final String PREFIX = "tributary_federation_";

    /** States that a silo is counted in; one that was never seen is in none. */
    private static final List<Liveness> STATES =
            List.of(Liveness.LIVE, Liveness.SILENT, Liveness.LEFT);

    private static final String PERPLEXITY =
            "perplexity over the held-out text of all silos together";

    private final MetricFamilies families;
    private final FederationSnapshot now;
    private final Labels labels;

    private FederationMetrics(MetricFamilies families, FederationSnapshot now) {
        this.families = families;
        this.now = now;
        this.labels = Labels.of("federation", now.federation(), "model", now.model());
    }

    /** All models of what was seen, as they are now. */
    static MetricSnapshots of(Observation seen, long nowMillis) {
        var families = new MetricFamilies(PREFIX);
        for (var model : seen.models()) {
            seen.snapshot(model, nowMillis)
                    .ifPresent(now -> new FederationMetrics(families, now).add(seen, nowMillis));
        }
        return families.build();
    }

    private void add(Observation seen, long nowMillis) {
        gauge("up", "whether the cluster answers", seen.isUp(nowMillis) ? 1 : 0);
        families.gauge(
                "open_transaction_age_seconds",
                "age of the oldest transaction that holds readers back; 0 if none does",
                labels,
                seen.blockedSeconds());
        addRound();
        now.newestVersion().ifPresent(this::addVersion);
        now.newestEvaluated()
                .flatMap(VersionSnapshot::global)
                .ifPresent(e -> gauge("perplexity", PERPLEXITY, e.perplexity()));
        addSilos(seen);
        addRejections();
    }

    private void addRound() {
        var phase = RoundPhase.of(now);
        for (var each : RoundPhase.values()) {
            families.gauge(
                    "round_phase",
                    "how far the open round is; one of these is 1",
                    labels.add("phase", each.toString()),
                    each == phase ? 1 : 0);
        }
        Optional.ofNullable(now.openRound())
                .map(RoundSnapshot::round)
                .ifPresent(round -> gauge("round", "number of the open round", round));
        gauge(
                "round_age_seconds",
                "since the open round was planned; 0 if none is open",
                now.secondsOpen());
        families.gauge(
                "expected_round_seconds",
                "median time between the last versions",
                labels,
                RoundSpacing.seconds(now));
    }

    private void addVersion(VersionSnapshot version) {
        gauge("version", "newest version", version.version());
        gauge(
                "version_age_seconds",
                "since it was published",
                Math.max(0, now.atMillis() - version.appendMillis()) / 1000.0);
        gauge("parameters", "parameters of the model", now.parameters());
        families.gauge(
                "combined_delta_norm",
                "L2 norm of the newest version's combined delta",
                labels,
                version.combinedNorm());
        families.gauge(
                "consensus_ratio",
                "that norm over the weighted mean of the cohort's norms; 1 if all agree",
                labels,
                version.consensus());
        families.counter(
                "version_bytes",
                "payload of published versions",
                labels,
                now.versions().stream().mapToDouble(VersionSnapshot::publishedBytes).sum());
    }

    private void addSilos(Observation seen) {
        for (var state : STATES) {
            families.gauge(
                    "silos",
                    "silos by state",
                    labels.add("state", state.toString()),
                    now.silos().stream()
                            .filter(silo -> Liveness.of(silo, now.atMillis()) == state)
                            .count());
        }
        var lag = seen.lagOf(now.model());
        for (var silo : now.silos()) {
            var name = labels.add("silo", silo.silo());
            addPresence(silo, name);
            addUpdates(silo, name);
            newestWith(silo.silo()).ifPresent(version -> addUpdate(silo.silo(), version, name));
            var unread = lag.get(silo.silo());
            if (unread != null) {
                families.gauge(
                        "silo_lag_records",
                        "records of the silo that the job has not read as of its last checkpoint",
                        name,
                        unread);
            }
        }
    }

    private void addPresence(SiloSnapshot silo, Labels name) {
        var state = Liveness.of(silo, now.atMillis());
        if (state == Liveness.LIVE || state == Liveness.SILENT) {
            families.gauge(
                    "silo_up",
                    "whether the silo gives signs of life; nothing of one that has left",
                    name,
                    state == Liveness.LIVE ? 1 : 0);
        }
        if (silo.lastSeenMillis() > 0) {
            families.gauge(
                    "silo_last_seen_seconds",
                    "since the silo's last sign of life",
                    name,
                    Math.max(0, now.atMillis() - silo.lastSeenMillis()) / 1000.0);
        }
        families.gauge(
                "silo_alignment",
                "cosine of the silo's delta with the step that was taken, as the silo says",
                name,
                silo.alignment()
                        .map(Alignment::cosine)
                        .map(OptionalDouble::of)
                        .orElse(OptionalDouble.empty()));
        silo.lastEvaluation()
                .ifPresent(
                        e ->
                                families.gauge(
                                        "silo_perplexity",
                                        "perplexity over the silo's held-out text",
                                        name,
                                        e.getValue().perplexity()));
    }

    private void addUpdates(SiloSnapshot silo, Labels name) {
        result(name, "accepted", silo.accepted());
        result(name, "late", silo.late());
        result(name, "rejected", silo.rejected());
        result(name, "missing", silo.missing());
        families.counter(
                "update_bytes",
                "payload of the silo's updates that are in versions",
                name,
                silo.updateBytes());
    }

    private void result(Labels name, String result, int count) {
        families.counter(
                "updates", "updates by what became of them", name.add("result", result), count);
    }

    private void addUpdate(String silo, VersionSnapshot version, Labels name) {
        var member = version.member(silo).orElseThrow();
        families.gauge(
                "silo_update_norm",
                "L2 norm of the silo's newest delta that is in a version",
                name,
                member.norm());
        families.gauge(
                "silo_contribution_ratio",
                "weight times norm of that delta, over the sum of these in its cohort",
                name,
                version.contribution(member));
    }

    private Optional<VersionSnapshot> newestWith(String silo) {
        return now.versions().stream()
                .filter(version -> version.member(silo).isPresent())
                .reduce((older, newer) -> newer);
    }

    private void addRejections() {
        var counts =
                now.refusals().stream()
                        .collect(
                                Collectors.groupingBy(
                                        RejectedUpdate::reason, Collectors.counting()));
        for (var reason : RejectionReason.values()) {
            families.counter(
                    "rejections",
                    "updates that were not used, by reason",
                    labels.add("reason", reason.name().toLowerCase(Locale.ROOT).replace('_', '-')),
                    counts.getOrDefault(reason, 0L));
        }
    }

    private void gauge(String name, String help, double value) {
        families.gauge(name, help, labels, value);
    }
}
