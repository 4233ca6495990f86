package io.tributary.cli.aggregate;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tributary.cli.corpus.Sha256;
import io.tributary.operators.privacy.SecretNoise;
import io.tributary.operators.rule.AggregationRule;
import io.tributary.operators.rule.Cohort;
import io.tributary.operators.rule.NoiseSource;
import io.tributary.operators.rule.RoundFacts;
import io.tributary.operators.rule.RowSteps;
import io.tributary.operators.spec.Spec;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A request to aggregate rows.
 *
 * @param rule specification of a rule, or of steps alone
 */
record RuleRequest(String rule, Request request) {

    /** Stages that measure the others by one row, named by their parameter {@code trusted}. */
    private static final Set<String> TRUSTING = Set.of("monna", "fltrust");

    /**
     * @throws IllegalArgumentException if there is no such rule, or none for these rows
     */
    Answer answer() {
        var vectors = Request.required(request.vectors, "vectors");
        int n = vectors.length;
        var names = names(n);
        var cohort =
                new Cohort(
                        names,
                        perRow("weights", request.weights, n, 1),
                        perRow("normalizers", request.normalizers, n, 1),
                        perRow("losses", request.losses, n, 0));
        var facts =
                new RoundFacts(
                        request.round == null ? 1 : request.round,
                        planned(n),
                        request.state.scalars(),
                        noise(request.noiseSeed));
        var specification = specification(names);
        if (RowSteps.endsInStep(specification)) {
            return new StepsAnswer(RowSteps.parse(specification).apply(vectors, cohort, facts));
        }
        var parsed = AggregationRule.parse(specification);
        var state = request.state.of(parsed, vectors[0].length);
        var aggregation = parsed.aggregate(vectors, cohort, facts, state);
        var kept = aggregation.state().scalars().keySet();
        for (var scalar : facts.scalars().keySet()) {
            if (!kept.contains(scalar)) {
                throw new IllegalArgumentException(
                        "state: '%s' keeps no '%s'; it keeps the numbers %s"
                                .formatted(parsed, scalar, kept));
            }
        }
        return new RuleAnswer(aggregation, n);
    }

    /** The rule as the request means it. */
    private String specification(List<String> names) {
        if (request.trusted == null) {
            return rule;
        }
        int row = request.trusted;
        if (row >= names.size()) {
            throw new IllegalArgumentException(
                    "trusted is row %s, vectors has the rows 0 to %s"
                            .formatted(row, names.size() - 1));
        }
        return withTrusted(rule, names.get(row));
    }

    /** The rule with this row as the trusted one, where it has one and does not say which. */
    static String withTrusted(String rule, String row) {
        return String.join(
                " | ",
                Spec.parsePipeline(rule).stream()
                        .map(
                                stage ->
                                        TRUSTING.contains(stage.name()) && !stage.has("trusted")
                                                ? stage.with("trusted", row)
                                                : stage)
                        .map(Spec::toString)
                        .toList());
    }

    /** What rules of differential privacy draw their noise from: here a seed, for no secrets. */
    private static @Nullable NoiseSource noise(@Nullable String seed) {
        return seed == null ? null : new SecretNoise(Sha256.of(seed).getBytes(UTF_8), "aggregate");
    }

    private List<String> names(int rows) {
        var names = request.names;
        if (names == null) {
            return IntStream.range(0, rows).mapToObj(Integer::toString).toList();
        }
        requireLength("names", names.size(), rows);
        var seen = new HashSet<String>();
        for (int i = 0; i < rows; i++) {
            if (!seen.add(names.get(i))) {
                throw new IllegalArgumentException(
                        "names[%s]: '%s' is there twice".formatted(i, names.get(i)));
            }
        }
        return names;
    }

    private int planned(int rows) {
        if (request.planned == null) {
            return rows;
        }
        if (request.planned < rows) {
            throw new IllegalArgumentException(
                    "planned is %s, but %s vectors came".formatted(request.planned, rows));
        }
        return request.planned;
    }

    private static double[] perRow(
            String name, double @Nullable [] values, int rows, double ifAbsent) {
        if (values == null) {
            var same = new double[rows];
            Arrays.fill(same, ifAbsent);
            return same;
        }
        requireLength(name, values.length, rows);
        return values;
    }

    private static void requireLength(String name, int length, int rows) {
        if (length != rows) {
            throw new IllegalArgumentException(
                    "%s has %s entries for %s vectors".formatted(name, length, rows));
        }
    }
}
