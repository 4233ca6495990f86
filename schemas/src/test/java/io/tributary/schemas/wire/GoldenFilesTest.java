package io.tributary.schemas.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.message.BinaryMessageEncoder;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The bytes of one record of every type, kept in {@code src/test/resources/golden}: {@code
 * <Type>.bin}, the same as Avro-JSON in {@code <Type>.json}, and the canonical schema in {@code
 * <Type>.schema.json}.
 *
 * <p>{@code mvn -pl schemas test -Dtest=GoldenFilesTest -Dgolden.write=true} writes them anew.
 */
class GoldenFilesTest {

    static final Path GOLDEN = Path.of("src/test/resources/golden");

    private static final Map<String, String> FINGERPRINTS =
            Map.ofEntries(
                    Map.entry("ControlCommand", "12dac71c2a561ac3"),
                    Map.entry("ControlOutcome", "b77f3f326f271044"),
                    Map.entry("ModelChunk", "ce8266d8e4d9abda"),
                    Map.entry("ModelVersion", "c9b3901e488428bc"),
                    Map.entry("RejectedUpdate", "e2e6e379c4e87806"),
                    Map.entry("RoundOutcome", "0fbcdedaacc14f88"),
                    Map.entry("RoundPlan", "991271cb1da6b80f"),
                    Map.entry("RoundWeights", "4241a47d8f40b9e2"),
                    Map.entry("SiloEvaluation", "cdca797f4dfe3e9e"),
                    Map.entry("SiloPresence", "988ad43801d34413"),
                    Map.entry("UpdateChunk", "4e1e0713877cb4aa"),
                    Map.entry("UpdateEnd", "c9f89be52ff40a25"),
                    Map.entry("UpdateManifest", "e6ed30c791a773e3"));

    private static final String WHAT_TO_DO =
            """
            The schema of %1$s changed. Values on existing logs carry its old fingerprint %2$s, so keep it readable
            (if the old one was never released, steps 4 and 5 are enough):
            1. give every added field a default in the .avsc, and a renamed one an alias,
            2. move src/test/resources/golden/%1$s.schema.json to src/main/avro/older/%1$s-%2$s.avsc and name it in index.txt there,
            3. rename src/test/resources/golden/%1$s.bin to %1$s-%2$s.bin: it must stay readable,
            4. pin the new fingerprint here and write golden files anew with -Dgolden.write=true,
            5. bring schemas/README.md up to date. Readers are upgraded before writers.
            """;

    static List<Record> examples() {
        return Examples.all();
    }

    @BeforeAll
    static void writeWhenAsked() throws IOException {
        if (!Boolean.getBoolean("golden.write")) {
            return;
        }
        Files.createDirectories(GOLDEN);
        for (var record : Examples.all()) {
            var schema = schema(record);
            var value = Wire.encode(record);
            Files.write(file(record, ".bin"), value);
            Files.writeString(file(record, ".json"), json(schema, value));
            Files.writeString(
                    file(record, ".schema.json"), SchemaNormalization.toParsingForm(schema) + "\n");
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void schemaIsTheOneOnTheLogs(Record record) {
        var name = record.getClass().getSimpleName();
        var pinned = FINGERPRINTS.get(name);

        assertThat(fingerprint(schema(record)))
                .as(WHAT_TO_DO.formatted(name, pinned))
                .isEqualTo(pinned);
    }

    @ParameterizedTest
    @MethodSource("examples")
    void goldenBytesDecodeToTheRecordAndBack(Record record) throws Exception {
        var golden = Files.readAllBytes(file(record, ".bin"));

        assertThat(Wire.decode(golden)).usingRecursiveComparison().isEqualTo(record);
        assertThat(Wire.encode(record)).isEqualTo(golden);
    }

    @ParameterizedTest
    @MethodSource("examples")
    void avroItselfWritesTheSameBytesFromTheJson(Record record) throws Exception {
        var schema = schema(record);
        var decoder =
                DecoderFactory.get().jsonDecoder(schema, Files.readString(file(record, ".json")));
        var generic = new GenericDatumReader<GenericRecord>(schema).read(null, decoder);

        var encoded = new BinaryMessageEncoder<>(GenericData.get(), schema).encode(generic);

        assertThat(encoded.array()).isEqualTo(Files.readAllBytes(file(record, ".bin")));
    }

    @ParameterizedTest
    @MethodSource("examples")
    void canonicalSchemaHasTheFingerprint(Record record) throws Exception {
        var canonical = Files.readString(file(record, ".schema.json")).strip();

        assertThat(SchemaNormalization.toParsingForm(schema(record))).isEqualTo(canonical);
        assertThat(fingerprint(new Schema.Parser().parse(canonical)))
                .isEqualTo(fingerprint(schema(record)));
    }

    @Test
    void everyGoldenFileIsReadableOlderOnesIncluded() throws Exception {
        try (var files = Files.list(GOLDEN)) {
            for (var file : files.filter(f -> f.toString().endsWith(".bin")).toList()) {
                var type = file.getFileName().toString().replaceAll("[-.].*", "");
                assertThat(Wire.decode(Files.readAllBytes(file)).getClass().getSimpleName())
                        .isEqualTo(type);
            }
        }
    }

    static Path file(Record record, String suffix) {
        return GOLDEN.resolve(record.getClass().getSimpleName() + suffix);
    }

    static String fingerprint(Schema schema) {
        return "%016x".formatted(SchemaNormalization.parsingFingerprint64(schema));
    }

    static Schema schema(Record record) {
        return KnownSchemas.load().codec(record.getClass()).schema();
    }

    private static String json(Schema schema, byte[] value) throws IOException {
        var decoder = DecoderFactory.get().binaryDecoder(value, 10, value.length - 10, null);
        var generic = new GenericDatumReader<GenericRecord>(schema).read(null, decoder);
        var out = new ByteArrayOutputStream();
        var encoder = EncoderFactory.get().jsonEncoder(schema, out, true);
        new GenericDatumWriter<GenericRecord>(schema).write(generic, encoder);
        encoder.flush();
        return out.toString(StandardCharsets.UTF_8) + "\n";
    }
}
