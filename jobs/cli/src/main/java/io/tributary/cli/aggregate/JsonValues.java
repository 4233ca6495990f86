package io.tributary.cli.aggregate;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads JSON values as they stream by; arrays of numbers become arrays of primitives at once. Every
 * method reads the value on whose first token the parser stands and leaves it on the last.
 *
 * <p>A value of the wrong kind is an {@link IllegalArgumentException} that names its place, such as
 * {@code vectors[2][7]}.
 */
record JsonValues(JsonParser parser) {

    /** Reads one field of an object. */
    @FunctionalInterface
    interface Field {
        void read(String name) throws IOException;
    }

    boolean isNull() {
        return parser.hasToken(JsonToken.VALUE_NULL);
    }

    boolean isArray() {
        return parser.hasToken(JsonToken.START_ARRAY);
    }

    boolean isObject() {
        return parser.hasToken(JsonToken.START_OBJECT);
    }

    void fields(String place, Field field) throws IOException {
        require(isObject(), place, "an object");
        for (var name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            parser.nextToken();
            field.read(name);
        }
    }

    String text(String place) throws IOException {
        require(parser.hasToken(JsonToken.VALUE_STRING), place, "a text");
        return parser.getText();
    }

    List<String> texts(String place) throws IOException {
        require(isArray(), place, "an array of texts");
        var texts = new ArrayList<String>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            texts.add(text(place + "[" + texts.size() + "]"));
        }
        return texts;
    }

    /** A whole number from {@code low} on. */
    int wholeNumber(String place, int low) throws IOException {
        double value = number(place);
        require(
                value == Math.rint(value) && value >= low && value <= Integer.MAX_VALUE,
                place,
                "a whole number from " + low + " on");
        return (int) value;
    }

    /** A float64: a number, or an infinity as text. */
    double number(String place) throws IOException {
        require(
                parser.currentToken().isNumeric() || parser.hasToken(JsonToken.VALUE_STRING),
                place,
                "a number, \"Infinity\" or \"-Infinity\"");
        if (parser.hasToken(JsonToken.VALUE_STRING)) {
            return infinity(place);
        }
        double value = parser.getDoubleValue();
        boolean digits = Character.isDigit(parser.getText().charAt(parser.getTextLength() - 1));
        if (digits && Double.isInfinite(value)) {
            throw tooLarge(place, parser.getText(), "float64");
        }
        return digits ? value : infinity(place);
    }

    double[] numbers(String place) throws IOException {
        return numbers(place, 16);
    }

    /** Numbers rounded to float32. */
    float[] floats(String place) throws IOException {
        return floats(place, 16);
    }

    /** Rows of equal length, at least one with at least one value. */
    float[][] rows(String place) throws IOException {
        require(isArray(), place, "an array of arrays of numbers");
        var rows = new ArrayList<float[]>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            int expected = rows.isEmpty() ? 16 : rows.get(0).length;
            var row = floats(place + "[" + rows.size() + "]", expected);
            if (row.length == 0) {
                throw new IllegalArgumentException(
                        "%s[%s] has no values".formatted(place, rows.size()));
            }
            if (!rows.isEmpty() && row.length != expected) {
                throw new IllegalArgumentException(
                        "%s[%s] has %s values, %s[0] has %s"
                                .formatted(place, rows.size(), row.length, place, expected));
            }
            rows.add(row);
        }
        if (rows.isEmpty()) {
            throw new IllegalArgumentException(
                    "%s is empty; give at least one row".formatted(place));
        }
        return rows.toArray(float[][]::new);
    }

    private double[] numbers(String place, int expected) throws IOException {
        require(isArray(), place, "an array of numbers");
        var values = new double[Math.max(1, expected)];
        int count = 0;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (count == values.length) {
                values = Arrays.copyOf(values, 2 * count);
            }
            values[count] = number(place, count);
            count++;
        }
        return count == values.length ? values : Arrays.copyOf(values, count);
    }

    /** The place of a number is only put together when it is needed. */
    private double number(String place, int index) throws IOException {
        if (parser.currentToken().isNumeric()) {
            double value = parser.getDoubleValue();
            if (Double.isFinite(value)) {
                return value;
            }
        }
        return number(place + "[" + index + "]");
    }

    private float[] floats(String place, int expected) throws IOException {
        var numbers = numbers(place, expected);
        var floats = new float[numbers.length];
        for (int j = 0; j < floats.length; j++) {
            floats[j] = (float) numbers[j];
            if (Float.isInfinite(floats[j]) && Double.isFinite(numbers[j])) {
                throw tooLarge(place + "[" + j + "]", Double.toString(numbers[j]), "float32");
            }
        }
        return floats;
    }

    /** As text, and as the bare words that some libraries write. */
    private double infinity(String place) throws IOException {
        var text = parser.getText();
        switch (text) {
            case "Infinity":
                return Double.POSITIVE_INFINITY;
            case "-Infinity":
                return Double.NEGATIVE_INFINITY;
            case "NaN":
                throw new IllegalArgumentException(
                        "%s is NaN, for which nothing is defined; leave its row out"
                                .formatted(place));
            default:
                throw new IllegalArgumentException(
                        "%s must be a number, \"Infinity\" or \"-Infinity\", got \"%s\""
                                .formatted(place, text));
        }
    }

    private static IllegalArgumentException tooLarge(String place, String value, String type) {
        return new IllegalArgumentException(
                "%s: %s is too large for %s; write \"Infinity\" if that is meant"
                        .formatted(place, value, type));
    }

    private void require(boolean is, String place, String what) throws IOException {
        if (!is) {
            throw new IllegalArgumentException(
                    "%s must be %s, got %s".formatted(place, what, found()));
        }
    }

    private String found() throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> "an object";
            case START_ARRAY -> "an array";
            case VALUE_STRING -> '"' + parser.getText() + '"';
            default -> parser.getText();
        };
    }
}
