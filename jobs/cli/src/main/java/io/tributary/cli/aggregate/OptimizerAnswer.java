package io.tributary.cli.aggregate;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.Map;

/**
 * What an optimizer's step made of the parameters.
 *
 * @param moments what to hand in with the next step, by name
 */
record OptimizerAnswer(float[] params, Map<String, float[]> moments) implements Answer {

    @Override
    public void write(JsonGenerator json) throws IOException {
        json.writeStartObject();
        Answer.array(json, "params", params);
        Answer.vectors(json, "state", moments);
        json.writeEndObject();
    }
}
