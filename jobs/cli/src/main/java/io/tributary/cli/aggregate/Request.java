package io.tributary.cli.aggregate;

import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The fields of one request as they were read; what is absent, or null in JSON, is null. */
final class Request {

    private static final List<String> OF_A_RULE =
            List.of(
                    "rule",
                    "vectors",
                    "weights",
                    "trusted",
                    "state",
                    "normalizers",
                    "losses",
                    "names",
                    "round",
                    "planned",
                    "noise-seed");
    private static final List<String> OF_AN_OPTIMIZER =
            List.of("optimizer", "params", "delta", "state");

    private final Set<String> given = new LinkedHashSet<>();

    @Nullable String rule;
    @Nullable String optimizer;
    StateFields state = StateFields.none();

    float @Nullable [][] vectors;
    double @Nullable [] weights;
    double @Nullable [] normalizers;
    double @Nullable [] losses;
    @Nullable List<String> names;
    @Nullable Integer trusted;
    @Nullable Integer round;
    @Nullable Integer planned;
    @Nullable String noiseSeed;

    float @Nullable [] params;
    double @Nullable [] delta;

    private Request() {}

    /**
     * Reads a request.
     *
     * @throws IllegalArgumentException if it is not an object of known fields of the right kinds
     */
    static Request read(JsonValues values) throws IOException {
        var request = new Request();
        values.fields("a request", name -> request.read(name, values));
        return request;
    }

    private void read(String name, JsonValues values) throws IOException {
        if (!OF_A_RULE.contains(name) && !OF_AN_OPTIMIZER.contains(name)) {
            throw new IllegalArgumentException(
                    "there is no field '%s'; a request has %s, or %s"
                            .formatted(
                                    name,
                                    String.join(", ", OF_A_RULE),
                                    String.join(", ", OF_AN_OPTIMIZER)));
        }
        if (values.isNull()) {
            return;
        }
        given.add(name);
        switch (name) {
            case "rule" -> rule = values.text(name);
            case "optimizer" -> optimizer = values.text(name);
            case "state" -> state = StateFields.read(values);
            case "vectors" -> vectors = values.rows(name);
            case "weights" -> weights = values.numbers(name);
            case "normalizers" -> normalizers = values.numbers(name);
            case "losses" -> losses = values.numbers(name);
            case "names" -> names = values.texts(name);
            case "trusted" -> trusted = values.wholeNumber(name, 0);
            case "round" -> round = values.wholeNumber(name, 1);
            case "planned" -> planned = values.wholeNumber(name, 1);
            case "noise-seed" -> noiseSeed = values.text(name);
            case "params" -> params = values.floats(name);
            case "delta" -> delta = values.numbers(name);
            default -> throw new IllegalStateException(name);
        }
    }

    /**
     * Computes the answer.
     *
     * @param defaultRule for a request without a rule or an optimizer of its own
     * @param defaultOptimizer the same; at most one of the two
     * @throws IllegalArgumentException if it has none
     */
    Answer answer(@Nullable String defaultRule, @Nullable String defaultOptimizer) {
        if (rule != null && optimizer != null) {
            throw new IllegalArgumentException(
                    "a request has either a 'rule' or an 'optimizer', not both");
        }
        boolean own = rule != null || optimizer != null;
        var useRule = own ? rule : defaultRule;
        var useOptimizer = own ? optimizer : defaultOptimizer;
        if (useRule != null) {
            allow(OF_A_RULE, "rule");
            return new RuleRequest(useRule, this).answer();
        }
        if (useOptimizer != null) {
            allow(OF_AN_OPTIMIZER, "optimizer");
            return new OptimizerRequest(useOptimizer, this).answer();
        }
        throw new IllegalArgumentException(
                "the request has neither a 'rule' nor an 'optimizer'; give --rule or --optimizer");
    }

    private void allow(List<String> fields, String kind) {
        for (var name : given) {
            if (!fields.contains(name)) {
                throw new IllegalArgumentException(
                        "'%s' does not belong to a request with a%s %s; it has %s"
                                .formatted(
                                        name,
                                        kind.equals("optimizer") ? "n" : "",
                                        kind,
                                        String.join(", ", fields)));
            }
        }
    }

    static <T> T required(@Nullable T value, String name) {
        if (value == null) {
            throw new IllegalArgumentException("the request has no '%s'".formatted(name));
        }
        return value;
    }
}
