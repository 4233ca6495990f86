package io.tributary.cli.aggregate;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Answers requests in JSON: one object, or an array of them. One request of an array that cannot be
 * answered leaves the others alone.
 *
 * @param rule for requests that do not say what to do
 * @param optimizer the same; not both
 * @param explain what to say of a request of an array that failed
 */
public record Requests(
        @Nullable String rule,
        @Nullable String optimizer,
        Function<RuntimeException, String> explain) {

    /** Words such as Infinity without quotes are no JSON, but some libraries write them. */
    private static final JsonFactory JSON =
            JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                    .build();

    /**
     * Answers all requests of a document.
     *
     * @throws IllegalArgumentException if it is not JSON, or its only request cannot be answered
     * @throws IOException if it cannot be read
     */
    public Answers answer(InputStream document) throws IOException {
        try (var parser = JSON.createParser(document)) {
            if (parser.nextToken() == null) {
                throw new IllegalArgumentException(
                        "the input is empty; give a request, or an array of requests");
            }
            var answers =
                    parser.hasToken(JsonToken.START_ARRAY)
                            ? Answers.many(all(parser))
                            : Answers.one(one(parser));
            if (parser.nextToken() != null) {
                throw new IllegalArgumentException(
                        "there is more behind the first JSON value; put several requests into an"
                                + " array");
            }
            return answers;
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(noJson(e), e);
        }
    }

    private static String noJson(JsonProcessingException e) {
        var reason = e.getOriginalMessage().replaceAll("Source: [^;]*; ", "");
        return "the input is not JSON at line %s, column %s: %s"
                .formatted(
                        e.getLocation().getLineNr(),
                        e.getLocation().getColumnNr(),
                        reason.replaceAll("\\s+", " "));
    }

    private List<Answer> all(JsonParser parser) throws IOException {
        var answers = new ArrayList<Answer>();
        int depth = depth(parser);
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            try {
                answers.add(one(parser));
            } catch (RuntimeException e) {
                answers.add(new ErrorAnswer(explain.apply(e)));
                while (depth(parser)
                        > depth) { // the rest of a request that was not read to its end
                    parser.nextToken();
                }
            }
        }
        return answers;
    }

    private Answer one(JsonParser parser) throws IOException {
        return Request.read(new JsonValues(parser)).answer(rule, optimizer);
    }

    private static int depth(JsonParser parser) {
        return parser.getParsingContext().getNestingDepth();
    }
}
