package io.tributary.schemas.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.schemas.codec.ChunkDigest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The wire-format page says what the code does. */
class ReadmeTest {

    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    @ParameterizedTest
    @ValueSource(strings = {"SiloEvaluation", "UpdateChunk"})
    void hexDumpIsTheGoldenFile(String type) throws Exception {
        var hex =
                block("<!-- golden: " + type + " -->")
                        .lines()
                        .map(line -> line.split(" {2,}", 2)[0].replace(" ", ""))
                        .collect(Collectors.joining());

        assertThat(hex)
                .isEqualTo(
                        HEX.formatHex(
                                Files.readAllBytes(GoldenFilesTest.GOLDEN.resolve(type + ".bin"))));
    }

    @Test
    void layoutTextHasTheDigestThatIsShown() throws Exception {
        var sha = MessageDigest.getInstance("SHA-256");
        var digest = HexFormat.of().formatHex(sha.digest(block("<!-- layout -->").getBytes(UTF_8)));

        assertThat(digest).isEqualTo(Examples.LAYOUT.digest());
        assertThat(readme()).contains("Digest: `%s`".formatted(digest));
    }

    @Test
    void chunkDigestIsTheOneOfTheCrcsShown() throws Exception {
        var matcher =
                Pattern.compile("`([0-9A-F]{8}) ([0-9A-F]{8}) ([0-9A-F]{8})` gives\\s+`(\\w+)`")
                        .matcher(readme());
        assertThat(matcher.find()).isTrue();
        var crcs =
                Stream.of(1, 2, 3)
                        .mapToInt(i -> Integer.parseUnsignedInt(matcher.group(i), 16))
                        .toArray();

        assertThat(ChunkDigest.of(crcs))
                .isEqualTo(matcher.group(4))
                .isEqualTo(Examples.updateManifest().chunksDigest());
    }

    static List<Record> examples() {
        return Examples.all();
    }

    @ParameterizedTest
    @MethodSource("examples")
    void tablesHaveEveryFieldAndSymbol(Record record) throws Exception {
        var schema = GoldenFilesTest.schema(record);
        var readme = readme();

        assertThat(readme)
                .contains(
                        "### %s\n\nFingerprint `%s`"
                                .formatted(schema.getName(), GoldenFilesTest.fingerprint(schema)));
        for (var text : description(schema)) {
            assertThat(readme).contains(text);
        }
    }

    /** What the page must say about a record and the types in it. */
    private static List<String> description(Schema schema) {
        var texts = new ArrayList<String>();
        switch (schema.getType()) {
            case RECORD -> {
                var rows = new StringBuilder("|---|---|---|\n");
                for (var field : schema.getFields()) {
                    rows.append(
                            "| `%s` | %s | %s |\n"
                                    .formatted(field.name(), name(field.schema()), field.doc()));
                    texts.addAll(description(field.schema()));
                }
                texts.add(rows.toString());
            }
            case ARRAY -> texts.addAll(description(schema.getElementType()));
            case ENUM -> {
                var symbols = new ArrayList<String>();
                for (var symbol : schema.getEnumSymbols()) {
                    symbols.add("%s `%s`".formatted(symbols.size(), symbol));
                }
                texts.add(
                        "**%s** (enum): %s"
                                .formatted(schema.getName(), String.join(", ", symbols)));
            }
            default -> {
                // a type of Avro itself
            }
        }
        return texts;
    }

    private static String name(Schema schema) {
        return schema.getType() == Schema.Type.ARRAY
                ? "array of " + name(schema.getElementType())
                : schema.getName();
    }

    /** The code block that follows a marker. */
    private static String block(String marker) throws Exception {
        var block =
                Pattern.compile(Pattern.quote(marker + "\n```text\n") + "(.*?)```", Pattern.DOTALL)
                        .matcher(readme());
        assertThat(block.find()).as(marker).isTrue();
        return block.group(1);
    }

    private static String readme() throws Exception {
        return Files.readString(Path.of("README.md"));
    }
}
