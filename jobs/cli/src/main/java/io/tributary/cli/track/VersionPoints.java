package io.tributary.cli.track;

import io.tributary.cli.watch.FederationSnapshot;
import io.tributary.cli.watch.RoundSnapshot;
import io.tributary.cli.watch.VersionSnapshot;
import io.tributary.operators.round.RoundPolicy;
import io.tributary.schemas.model.CohortMember;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the versions of a model are worth showing as curves. Pure: the same snapshot gives the same
 * points, and a later one gives them again, and more.
 *
 * <p>How a version was made is known when it is there. What it is worth is known when its silos
 * have evaluated it: that is told when all have, or when the version after the next is there, and
 * never changes again.
 */
final class VersionPoints {

    /** Behind the slash where a silo's name would be, and can be no silo's name. */
    private static final String ALL = "all_silos";

    /** A version so far behind the newest is not waited for any more. */
    private static final int PATIENCE = 2;

    private VersionPoints() {}

    /**
     * The points of all versions, in their order.
     *
     * @param atTheEnd whether evaluations that are missing now are not waited for
     */
    static List<Point> of(FederationSnapshot now, boolean atTheEnd) {
        var points = new ArrayList<Point>();
        int newest = now.newestVersion().map(VersionSnapshot::version).orElse(-1);
        boolean settled = true;
        for (var version : now.versions()) {
            var values = new LinkedHashMap<String, Double>();
            made(version, values);
            now.round(version.version())
                    .map(RoundSnapshot::seconds)
                    .ifPresent(s -> s.ifPresent(seconds -> values.put("round/seconds", seconds)));
            // In the order of versions: who waits for one waits with all behind it.
            settled &=
                    atTheEnd || version.fullyEvaluated() || version.version() + PATIENCE <= newest;
            if (settled) {
                evaluated(version, values);
            }
            values.forEach(
                    (series, value) -> {
                        if (Double.isFinite(value)) {
                            points.add(
                                    new Point(
                                            series,
                                            version.version(),
                                            value,
                                            version.appendMillis()));
                        }
                    });
        }
        return points;
    }

    /** How it was made; nothing of a version that was given, or is an earlier one again. */
    private static void made(VersionSnapshot version, Map<String, Double> values) {
        if (version.cohort().isEmpty()) {
            return;
        }
        double nats = 0;
        long tokens = 0;
        double norms = 0;
        for (var member : version.cohort()) {
            nats += member.trainLoss() * member.tokens();
            tokens += member.tokens();
            norms += member.weight() * member.norm();
            values.put("train_loss/" + member.silo(), member.trainLoss());
            values.put("update_norm/" + member.silo(), member.norm());
        }
        values.put("train_loss/" + ALL, nats / tokens);
        double weights = version.cohort().stream().mapToDouble(CohortMember::weight).sum();
        var combined = version.measurements().get(RoundPolicy.COMBINED_DELTA_NORM);
        if (combined != null) {
            values.put("combined/norm", combined);
            values.put("combined/consensus", combined / (norms / weights));
        }
        values.put("round/cohort_size", (double) version.cohort().size());
        values.put("round/tokens", (double) tokens);
    }

    private static void evaluated(VersionSnapshot version, Map<String, Double> values) {
        version.evaluations()
                .forEach((silo, e) -> values.put("perplexity/" + silo, e.perplexity()));
        version.global().ifPresent(e -> values.put("perplexity/" + ALL, e.perplexity()));
    }
}
