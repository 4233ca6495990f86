package io.tributary.cli.aggregate;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.Map;

/** What one request is answered with. */
sealed interface Answer permits RuleAnswer, StepsAnswer, OptimizerAnswer, ErrorAnswer {

    /** Writes it as an object. Infinite values are texts: JSON has no numbers for them. */
    void write(JsonGenerator json) throws IOException;

    static void array(JsonGenerator json, String name, double[] values) throws IOException {
        json.writeFieldName(name);
        json.writeArray(values, 0, values.length);
    }

    static void array(JsonGenerator json, String name, int[] values) throws IOException {
        json.writeFieldName(name);
        json.writeArray(values, 0, values.length);
    }

    /** All digits, so that reading gives the same float32. */
    static void array(JsonGenerator json, String name, float[] values) throws IOException {
        json.writeArrayFieldStart(name);
        for (double value : values) {
            json.writeNumber(value);
        }
        json.writeEndArray();
    }

    static void matrix(JsonGenerator json, String name, double[][] rows) throws IOException {
        json.writeArrayFieldStart(name);
        for (var row : rows) {
            json.writeArray(row, 0, row.length);
        }
        json.writeEndArray();
    }

    static void vectors(JsonGenerator json, String name, Map<String, float[]> vectors)
            throws IOException {
        json.writeObjectFieldStart(name);
        for (var vector : vectors.entrySet()) {
            array(json, vector.getKey(), vector.getValue());
        }
        json.writeEndObject();
    }
}
