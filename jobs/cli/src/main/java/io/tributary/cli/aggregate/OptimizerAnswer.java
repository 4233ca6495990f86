package io.tributary.cli.aggregate;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.Map;

/**
 * What an optimizer's step made of the parameters.
 *
 * @param moments what to hand in with the next step, by name
 * @param steps how many steps they have seen
 */
record OptimizerAnswer(float[] params, Map<String, float[]> moments, long steps) implements Answer {

    @Override
    public void write(JsonGenerator json) throws IOException {
        json.writeStartObject();
        Answer.array(json, "params", params);
        json.writeObjectFieldStart("state");
        for (var moment : moments.entrySet()) {
            Answer.array(json, moment.getKey(), moment.getValue());
        }
        json.writeNumberField(OptimizerRequest.STEPS, steps);
        json.writeEndObject();
        json.writeEndObject();
    }
}
