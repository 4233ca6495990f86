package io.tributary.cli.report;

import io.tributary.cli.watch.FederationSnapshot;
import io.tributary.cli.watch.RoundSnapshot;
import io.tributary.cli.watch.Traffic;
import io.tributary.cli.watch.VersionSnapshot;
import io.tributary.schemas.model.CohortMember;
import io.tributary.silo.Evaluation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a run came to. The record components are the fields of the JSON that {@link ReportJson}
 * writes, in its order.
 *
 * <p>Losses and perplexities are on held-out text: of all silos where it says global, initial,
 * final or baseline. A figure that is not known is NaN or null, null in the JSON.
 *
 * @param parameters number of parameters
 * @param seed root of everything random in the run
 * @param pacing how rounds followed each other
 * @param rounds rounds that made a version, in order
 * @param initial version 0
 * @param last the newest version; {@code final} in the JSON
 * @param alone what each silo's model came to without the others
 * @param modelDigest digest of the newest version
 */
public record DemoReport(
        String federation,
        String model,
        long parameters,
        long seed,
        Pacing pacing,
        List<Round> rounds,
        Perplexity initial,
        Perplexity last,
        Baselines baselines,
        SortedMap<String, Perplexities> alone,
        @Nullable String modelDigest) {

    /**
     * @param mode {@code synchronous}, {@code asynchronous} or {@code overlapped}
     * @param quorum updates that a version needed
     * @param slowSilo the silo that was slower than the others; null if none was
     * @param slowFactor how many times as long its local steps took
     */
    public record Pacing(String mode, int quorum, @Nullable String slowSilo, double slowFactor) {}

    /**
     * @param cohort whose updates are in the version, in silo-id order
     * @param rejected updates that were refused for another reason than being late
     * @param late updates that came after the round had closed
     * @param global over the held-out text of all silos that have measured the version
     * @param silos cohort and evaluators
     * @param seconds from the plan to the version, by the broker's clock
     * @param elapsedSeconds from the first plan to the version, by the broker's clock
     * @param tokens trained on in this and all earlier versions
     * @param bytesUp size of the updates in the log
     * @param bytesDown size of the version in the log, times the silos that read it
     */
    public record Round(
            int round,
            int version,
            List<String> cohort,
            int rejected,
            int late,
            Global global,
            SortedMap<String, Silo> silos,
            double seconds,
            double elapsedSeconds,
            long tokens,
            long bytesUp,
            long bytesDown) {}

    public record Global(double perplexity, double loss) {}

    public record Perplexity(double perplexity) {}

    /**
     * @param perplexity of the round's version on the silo's held-out text
     * @param tokens it trained on in this round; null if it is not in the cohort
     * @param localSteps it took in this round; null if it is not in the cohort
     * @param normalizer its delta was divided by; NaN if it is not in the cohort
     */
    public record Silo(
            double perplexity,
            @Nullable Long tokens,
            @Nullable Integer localSteps,
            double normalizer) {}

    /**
     * Gathers what the log says and what it cannot say.
     *
     * @param snapshot of the end of the run
     * @param traffic by round
     * @param pacing how rounds followed each other
     * @param initial perplexity of version 0 on the held-out text of all silos; NaN to take it from
     *     what the silos reported
     * @param alone by silo
     */
    public static DemoReport of(
            FederationSnapshot snapshot,
            NavigableMap<Integer, Traffic> traffic,
            long seed,
            Pacing pacing,
            double initial,
            Baselines baselines,
            Map<String, Perplexities> alone) {
        var rounds = new ArrayList<Round>();
        var progress = TrainingProgress.of(snapshot);
        for (var round : snapshot.rounds()) {
            if (round.version() != null) {
                var moved = traffic.getOrDefault(round.round(), new Traffic(0, 0));
                rounds.add(round(round, round.version(), progress, moved));
            }
        }
        return new DemoReport(
                snapshot.federation(),
                snapshot.model(),
                snapshot.parameters(),
                seed,
                pacing,
                rounds,
                new Perplexity(Double.isNaN(initial) ? perplexity(snapshot.version(0)) : initial),
                new Perplexity(perplexity(snapshot.newestVersion())),
                baselines,
                new TreeMap<>(alone),
                snapshot.newestVersion().map(VersionSnapshot::digest).orElse(null));
    }

    private static Round round(
            RoundSnapshot round,
            VersionSnapshot version,
            List<TrainingProgress> progress,
            Traffic moved) {
        var names = new TreeSet<>(version.evaluations().keySet());
        version.cohort().forEach(member -> names.add(member.silo()));
        var silos = new TreeMap<String, Silo>();
        for (var name : names) {
            var measured = Optional.ofNullable(version.evaluations().get(name));
            var member = version.member(name);
            silos.put(
                    name,
                    new Silo(
                            measured.map(Evaluation::perplexity).orElse(Double.NaN),
                            member.map(CohortMember::tokens).orElse(null),
                            member.map(CohortMember::localSteps).orElse(null),
                            member.map(CohortMember::normalizer).orElse(Double.NaN)));
        }
        var global = version.global();
        var reached = TrainingProgress.at(version.version(), progress);
        return new Round(
                round.round(),
                version.version(),
                version.cohort().stream().map(CohortMember::silo).toList(),
                round.rejected(),
                round.late(),
                new Global(
                        global.map(Evaluation::perplexity).orElse(Double.NaN),
                        global.map(Evaluation::loss).orElse(Double.NaN)),
                silos,
                round.seconds().orElse(Double.NaN),
                reached.map(TrainingProgress::seconds).orElse(Double.NaN),
                reached.map(TrainingProgress::tokens).orElse(0L),
                moved.bytesUp(),
                moved.bytesDown());
    }

    private static double perplexity(Optional<VersionSnapshot> version) {
        return version.flatMap(VersionSnapshot::global)
                .map(Evaluation::perplexity)
                .orElse(Double.NaN);
    }
}
