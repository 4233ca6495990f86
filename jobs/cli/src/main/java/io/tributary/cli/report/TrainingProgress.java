package io.tributary.cli.report;

import io.tributary.cli.watch.FederationSnapshot;
import io.tributary.cli.watch.RoundSnapshot;
import io.tributary.schemas.model.CohortMember;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What it took until a version was there.
 *
 * @param version version number
 * @param seconds since the first round was planned, by the broker's clock; 0 for version 0, NaN if
 *     the log has no plan any more
 * @param tokens trained on by the updates in this and all earlier versions
 */
public record TrainingProgress(int version, double seconds, long tokens) {

    /** Of all versions in the log, in order. */
    public static List<TrainingProgress> of(FederationSnapshot snapshot) {
        double begin =
                snapshot.rounds().stream()
                        .mapToLong(RoundSnapshot::plannedMillis)
                        .filter(millis -> millis > 0)
                        .mapToDouble(millis -> millis)
                        .min()
                        .orElse(Double.NaN);
        var progress = new ArrayList<TrainingProgress>();
        long tokens = 0;
        for (var version : snapshot.versions()) {
            tokens += version.cohort().stream().mapToLong(CohortMember::tokens).sum();
            double seconds = version.version() == 0 ? 0 : (version.appendMillis() - begin) / 1000.0;
            progress.add(new TrainingProgress(version.version(), seconds, tokens));
        }
        return List.copyOf(progress);
    }

    static Optional<TrainingProgress> at(int version, List<TrainingProgress> progress) {
        return progress.stream().filter(p -> p.version() == version).findFirst();
    }
}
