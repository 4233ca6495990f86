package io.tributary.cli.aggregate;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;

/** Why one of several requests has no answer. */
record ErrorAnswer(String error) implements Answer {

    @Override
    public void write(JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("error", error);
        json.writeEndObject();
    }
}
