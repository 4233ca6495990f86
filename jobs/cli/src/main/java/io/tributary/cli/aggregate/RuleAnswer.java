package io.tributary.cli.aggregate;

import com.fasterxml.jackson.core.JsonGenerator;
import io.tributary.operators.rule.Aggregation;
import io.tributary.operators.rule.RuleState;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a rule made of the rows.
 *
 * @param rows how many there were; a rule that keeps a centre has one coefficient more
 */
record RuleAnswer(Aggregation aggregation, int rows) implements Answer {

    @Override
    public void write(JsonGenerator json) throws IOException {
        var weighing = aggregation.weighing();
        json.writeStartObject();
        Answer.array(json, "result", aggregation.result());
        if (weighing.selected().length > 0) {
            Answer.array(json, "selected", weighing.selected());
        }
        var coefficients = weighing.coefficients();
        if (coefficients != null) {
            Answer.array(
                    json,
                    "weights",
                    Arrays.stream(coefficients, 0, rows).map(a -> a * weighing.factor()).toArray());
        }
        state(json, aggregation.state());
        json.writeEndObject();
    }

    private static void state(JsonGenerator json, RuleState state) throws IOException {
        var centre = state.centre();
        if (centre == null && state.histories().isEmpty() && state.scalars().isEmpty()) {
            return;
        }
        json.writeObjectFieldStart("state");
        if (centre != null) {
            Answer.array(json, "centre", centre);
        }
        if (!state.histories().isEmpty()) {
            Answer.vectors(json, "histories", new TreeMap<>(state.histories()));
        }
        if (!state.scalars().isEmpty()) {
            json.writeObjectFieldStart("scalars");
            for (Map.Entry<String, Double> scalar : new TreeMap<>(state.scalars()).entrySet()) {
                json.writeNumberField(scalar.getKey(), scalar.getValue());
            }
            json.writeEndObject();
        }
        json.writeEndObject();
    }
}
