package io.tributary.cli.aggregate;

import io.tributary.operators.rule.AggregationRule;
import io.tributary.operators.rule.Kept;
import io.tributary.operators.rule.RuleState;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The field {@code state} of a request: what the last answer had in its own.
 *
 * @param vectors fields that are arrays: {@code centre} of a rule, the moments of an optimizer
 * @param histories sums of what each row has sent so far, by name
 * @param scalars named numbers, {@code steps} of an optimizer among them
 */
record StateFields(
        Map<String, float[]> vectors, Map<String, float[]> histories, Map<String, Double> scalars) {

    static StateFields none() {
        return new StateFields(new LinkedHashMap<>(), new LinkedHashMap<>(), new LinkedHashMap<>());
    }

    static StateFields read(JsonValues values) throws IOException {
        var state = none();
        values.fields("state", name -> state.put(name, values));
        return state;
    }

    boolean isEmpty() {
        return vectors.isEmpty() && histories.isEmpty() && scalars.isEmpty();
    }

    private void put(String name, JsonValues values) throws IOException {
        var place = "state." + name;
        switch (name) {
            case "histories" ->
                    values.fields(
                            place, row -> histories.put(row, values.floats(place + "." + row)));
            case "scalars" ->
                    values.fields(
                            place,
                            scalar -> scalars.put(scalar, values.number(place + "." + scalar)));
            case "center" -> vectors.put("centre", values.floats(place));
            default -> {
                if (values.isArray()) {
                    vectors.put(name, values.floats(place));
                } else {
                    scalars.put(name, values.number(place));
                }
            }
        }
    }

    /**
     * As a rule keeps it.
     *
     * @param length values of a row
     * @throws IllegalArgumentException if the rule keeps no such thing, or not of that length
     */
    RuleState of(AggregationRule rule, int length) {
        for (var name : vectors.keySet()) {
            require(name.equals("centre"), "a rule's state has no field '%s'", name);
            require(rule.keeps() == Kept.CENTRE, "'%s' keeps no centre", rule);
        }
        require(
                histories.isEmpty() || rule.keeps() == Kept.HISTORIES,
                "'%s' keeps no histories",
                rule);
        vectors.forEach((name, values) -> requireLength(name, values, length));
        histories.forEach((row, values) -> requireLength("histories." + row, values, length));
        return new RuleState(vectors.get("centre"), histories, scalars);
    }

    static void requireLength(String name, float[] values, int length) {
        require(
                values.length == length,
                "it has %s values under '%s', %s are needed",
                values.length,
                name,
                length);
    }

    private static void require(boolean holds, String message, Object... values) {
        if (!holds) {
            throw new IllegalArgumentException("state: " + message.formatted(values));
        }
    }
}
