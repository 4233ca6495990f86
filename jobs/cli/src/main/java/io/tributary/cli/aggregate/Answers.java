package io.tributary.cli.aggregate;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamWriteFeature;
import java.io.IOException;
import java.io.Writer;
import java.util.List;

/** The answers to all that was asked, in that order. */
public final class Answers {

    private static final JsonFactory JSON =
            JsonFactory.builder().disable(StreamWriteFeature.AUTO_CLOSE_TARGET).build();

    private final List<Answer> answers;
    private final boolean array;

    private Answers(List<Answer> answers, boolean array) {
        this.answers = answers;
        this.array = array;
    }

    static Answers one(Answer answer) {
        return new Answers(List.of(answer), false);
    }

    static Answers many(List<Answer> answers) {
        return new Answers(List.copyOf(answers), true);
    }

    /** Writes an object if an object was asked, an array if it was an array, and a line's end. */
    public void write(Writer target) throws IOException {
        try (var json = JSON.createGenerator(target)) {
            if (array) {
                json.writeStartArray();
            }
            for (var answer : answers) {
                answer.write(json);
            }
            if (array) {
                json.writeEndArray();
            }
            json.writeRaw('\n');
        }
    }
}
