package io.tributary.silo.export;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.schemas.model.TensorSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsTest {

    private static final Safetensors.Tensor MATRIX = tensor("m", List.of(1, 2), 1, -2);
    private static final Safetensors.Tensor VECTOR = tensor("v", List.of(1), 0.5f);

    @TempDir Path folder;

    @Test
    void bytesAreThoseOfTheFormat() throws Exception {
        var file = folder.resolve("model.safetensors");

        Safetensors.write(file, Map.of("format", "pt"), List.of(MATRIX, VECTOR));

        var header =
                "{\"__metadata__\":{\"format\":\"pt\"},"
                        + "\"m\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[0,8]},"
                        + "\"v\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[8,12]}}";
        int padded = (header.length() + 7) / 8 * 8;
        var expected =
                ByteBuffer.allocate(8 + padded + 12)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(padded)
                        .put((header + " ".repeat(padded - header.length())).getBytes(US_ASCII))
                        .putFloat(1)
                        .putFloat(-2)
                        .putFloat(0.5f);
        assertThat(Files.readAllBytes(file)).isEqualTo(expected.array());
        assertThat(folder).isDirectoryNotContaining("glob:**.partial");
    }

    @Test
    void whatIsWrittenIsReadBack() throws Exception {
        var file = folder.resolve("model.safetensors");
        var scalar = tensor("a scalar with \"quotes\"", List.of(), 7);
        Safetensors.write(file, Map.of("steps", "12"), List.of(VECTOR, MATRIX, scalar));

        var content = Safetensors.read(file);

        assertThat(content.metadata()).containsExactly(Map.entry("steps", "12"));
        assertThat(content.tensors()).containsExactly(VECTOR, MATRIX, scalar);
    }

    @Test
    void fileWithoutTensorsIsAFile() throws Exception {
        var file = folder.resolve("empty.safetensors");
        Safetensors.write(file, Map.of(), List.of());

        assertThat(Safetensors.read(file).tensors()).isEmpty();
    }

    @Test
    void valuesThatDoNotFillTheShapeAreRefused() {
        var wrong = new Safetensors.Tensor(new TensorSpec("w", List.of(3)), MATRIX.values());

        assertThatThrownBy(() -> Safetensors.write(folder.resolve("x"), Map.of(), List.of(wrong)))
                .hasMessage("tensor w of shape [3] needs 12 bytes, got 8");
    }

    @Test
    void malformedFilesAreRefusedBeforeMemoryIsAllocated() throws Exception {
        assertMalformed(new byte[3], "it has only 3 bytes");
        assertMalformed(file(Long.MAX_VALUE, "{}"), "its header claims 9223372036854775807 bytes");
        assertMalformed(file(2, "[]"), "not a JSON object");
        assertMalformed(file(2, "{x"), "not JSON");
        assertMalformed(header("\"F16\"", "[1]", "[0,2]"), "type F16, only F32 is read");
        assertMalformed(header("\"F32\"", "[-1]", "[0,4]"), "has a dimension -1");
        assertMalformed(header("\"F32\"", "[65536,65536]", "[0,4]"), "has a dimension 65536");
        assertMalformed(header("\"F32\"", "[2]", "[0,4]"), "cannot lie from byte 0 to 4");
        assertMalformed(header("\"F32\"", "[1]", "[4,8]"), "the bytes of t do not follow");
        assertMalformed(header("\"F32\"", "[1]", "[0,4]"), "its tensors need");
    }

    private void assertMalformed(byte[] bytes, String message) throws IOException {
        var file = Files.write(folder.resolve("malformed"), bytes);
        assertThatThrownBy(() -> Safetensors.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("malformed is no safetensors file")
                .hasMessageContaining(message);
    }

    private static byte[] header(String type, String shape, String offsets) {
        var json =
                "{\"t\":{\"dtype\":%s,\"shape\":%s,\"data_offsets\":%s}}"
                        .formatted(type, shape, offsets);
        return file(json.length(), json);
    }

    private static byte[] file(long headerLength, String header) {
        return ByteBuffer.allocate(8 + header.length())
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(headerLength)
                .put(header.getBytes(US_ASCII))
                .array();
    }

    private static Safetensors.Tensor tensor(String name, List<Integer> shape, float... values) {
        var bytes = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            bytes.putFloat(value);
        }
        return new Safetensors.Tensor(new TensorSpec(name, shape), bytes.flip());
    }
}
