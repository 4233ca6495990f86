package io.tributary.schemas.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.io.Encoder;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How records and schemas are held together, and how older schemas stay readable. */
class KnownSchemasTest {

    public enum Colour {
        RED,
        GREEN
    }

    public record Inner(String name, List<Integer> numbers) {}

    public record Everything(
            String string,
            boolean flag,
            int small,
            long large,
            float single,
            double twice,
            byte[] bytes,
            int[] ints,
            long[] longs,
            float[] floats,
            double[] doubles,
            Colour colour,
            Inner inner,
            List<Inner> inners,
            List<String> strings) {}

    public record Paint(long litres, Colour colour) {}

    public record Checked(int count) {
        public Checked {
            if (count < 0) {
                throw new IllegalArgumentException("count must be >= 0, got " + count);
            }
        }
    }

    private static final String PAINT =
            """
            {"type": "record", "name": "Paint", "namespace": "test", "fields": [
              {"name": "litres", "type": "long", "aliases": ["amount"]},
              {"name": "colour", "default": "GREEN", "type":
                {"type": "enum", "name": "Colour", "symbols": ["RED", "GREEN"], "default": "RED"}}]}
            """;

    @Test
    void everySupportedTypeComesBackAsItWas() throws Exception {
        var schema =
                """
                {"type": "record", "name": "Everything", "fields": [
                  {"name": "inners", "type": {"type": "array", "items":
                    {"type": "record", "name": "Inner", "fields": [
                      {"name": "name", "type": "string"},
                      {"name": "numbers", "type": {"type": "array", "items": "int"}}]}}},
                  {"name": "inner", "type": "Inner"},
                  {"name": "colour", "type":
                    {"type": "enum", "name": "Colour", "symbols": ["GREEN", "RED"]}},
                  {"name": "string", "type": "string"},
                  {"name": "flag", "type": "boolean"},
                  {"name": "small", "type": "int"},
                  {"name": "large", "type": "long"},
                  {"name": "single", "type": "float"},
                  {"name": "twice", "type": "double"},
                  {"name": "bytes", "type": "bytes"},
                  {"name": "ints", "type": {"type": "array", "items": "int"}},
                  {"name": "longs", "type": {"type": "array", "items": "long"}},
                  {"name": "floats", "type": {"type": "array", "items": "float"}},
                  {"name": "doubles", "type": {"type": "array", "items": "double"}},
                  {"name": "strings", "type": {"type": "array", "items": "string"}}]}
                """;
        var codec = new RecordCodec<>(Everything.class, parse(schema));
        var value =
                new Everything(
                        "Grüße",
                        true,
                        -1,
                        Long.MAX_VALUE,
                        0.1f,
                        0.1,
                        new byte[] {1, -1},
                        new int[] {1, Integer.MIN_VALUE},
                        new long[] {Long.MIN_VALUE},
                        new float[] {-0.0f},
                        new double[0],
                        Colour.RED,
                        new Inner("", List.of()),
                        List.of(new Inner("a", List.of(1, 2)), new Inner("b", List.of())),
                        List.of("x", ""));

        var body = new byte[(int) codec.encodedBytes(value)];
        codec.write(value, body, 0);

        assertThat(codec.reader(codec.schema()).read(ByteBuffer.wrap(body), null))
                .usingRecursiveComparison()
                .isEqualTo(value);
    }

    @Test
    void olderSchemaIsReadThroughDefaultsAliasesAndPromotions() throws Exception {
        var older =
                parse(
                        """
                        {"type": "record", "name": "Paint", "namespace": "test", "fields": [
                          {"name": "maker", "type": "string"},
                          {"name": "amount", "type": "int"},
                          {"name": "batches", "type": {"type": "array", "items": "string"}}]}
                        """);
        var registry = registry(older);

        var decoded =
                read(
                        registry,
                        older,
                        out -> {
                            out.writeString("gone");
                            out.writeInt(5);
                            out.writeArrayStart();
                            out.setItemCount(1);
                            out.startItem();
                            out.writeString("gone too");
                            out.writeArrayEnd();
                        });

        assertThat(decoded).isEqualTo(new Paint(5, Colour.GREEN));
    }

    @Test
    void symbolThatThisVersionLacksBecomesTheEnumsDefault() throws Exception {
        var newer = parse(PAINT.replace("\"GREEN\"],", "\"GREEN\", \"BLUE\"],"));
        var registry = registry(newer);

        var decoded =
                read(
                        registry,
                        newer,
                        out -> {
                            out.writeLong(5);
                            out.writeEnum(2);
                        });

        assertThat(decoded).isEqualTo(new Paint(5, Colour.RED));
    }

    @Test
    void olderSchemaThatCannotBeResolvedIsRefusedAtOnce() {
        var other =
                parse(
                        """
                        {"type": "record", "name": "Paint", "namespace": "test", "fields": [
                          {"name": "colour", "type": "string"}]}
                        """);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> registry(other))
                .withMessageContaining("Paint cannot read what an older schema of it wrote");
    }

    @Test
    void olderSchemaOfNoKnownTypeIsRefused() {
        var other = parse(PAINT.replace("\"Paint\"", "\"Varnish\""));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> registry(other))
                .withMessageContaining("test.Varnish is of no known record type");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "litres         | volume             | without field [litres], fields without component [volume]",
                "\"long\"         | \"string\"           | Paint.litres has type long: its schema must be long, found string",
                "\"long\"         | [\"null\", \"long\"] | its schema must be long, found union",
                "\"RED\", \"GREEN\" | \"GREEN\"            | Colour has the constants [RED, GREEN], its schema the symbols [GREEN]"
            })
    void disagreementOfRecordAndSchemaIsNamed(String from, String to, String message) {
        var schema = parse(PAINT.replace(", \"default\": \"RED\"", "").replace(from, to));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RecordCodec<>(Paint.class, schema))
                .withMessageContaining(message);
    }

    @Test
    void typeWithoutCounterpartIsNamed() {
        record Odd(Locale locale) {}
        var schema =
                parse(
                        """
                        {"type": "record", "name": "Odd", "fields": [
                          {"name": "locale", "type": "string"}]}
                        """);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RecordCodec<>(Odd.class, schema))
                .withMessageContaining("Odd.locale has type java.util.Locale");
    }

    @Test
    void recordThatIsNotPublicIsRefused() {
        record Hidden(int count) {}
        var schema = parse(countSchema("Hidden"));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RecordCodec<>(Hidden.class, schema))
                .withMessageContaining("must be public");
    }

    @Test
    void valuesThatARecordRefusesAreMalformed() throws Exception {
        var codec = new RecordCodec<>(Checked.class, parse(countSchema("Checked")));
        byte[] minusOne = {1};

        assertThat(codec.reader(codec.schema()).read(ByteBuffer.wrap(new byte[] {2}), null))
                .isEqualTo(new Checked(1));
        assertThatThrownBy(() -> codec.reader(codec.schema()).read(ByteBuffer.wrap(minusOne), null))
                .isInstanceOf(MalformedRecordException.class)
                .hasMessage("not a valid Checked: count must be >= 0, got -1");
    }

    private static String countSchema(String name) {
        return """
        {"type": "record", "name": "%s", "fields": [{"name": "count", "type": "int"}]}
        """
                .formatted(name);
    }

    private static KnownSchemas registry(Schema... older) {
        return new KnownSchemas(
                List.of(new RecordCodec<>(Paint.class, parse(PAINT))), List.of(older));
    }

    private interface Body {
        void write(Encoder out) throws Exception;
    }

    private static Record read(KnownSchemas registry, Schema writer, Body body) throws Exception {
        var bytes = new ByteArrayOutputStream();
        var encoder = EncoderFactory.get().binaryEncoder(bytes, null);
        body.write(encoder);
        encoder.flush();
        return registry.reader(SchemaNormalization.parsingFingerprint64(writer))
                .read(ByteBuffer.wrap(bytes.toByteArray()), null);
    }

    private static Schema parse(String json) {
        return new Schema.Parser().parse(json);
    }
}
