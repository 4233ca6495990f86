package io.tributary.cli.aggregate;

import com.fasterxml.jackson.core.JsonGenerator;
import io.tributary.operators.rule.RowSteps;
import java.io.IOException;

/** What steps made of the rows: a matrix, and the matrix that it was made by. */
record StepsAnswer(RowSteps.Stepped stepped) implements Answer {

    @Override
    public void write(JsonGenerator json) throws IOException {
        var mixed = stepped.mixed();
        json.writeStartObject();
        Answer.matrix(json, "result", stepped.rows());
        if (mixed.selected().length > 0) {
            Answer.array(json, "selected", mixed.selected());
        }
        Answer.matrix(json, "weights", mixed.mixing().toArrays());
        json.writeEndObject();
    }
}
