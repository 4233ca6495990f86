package io.tributary.silo.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.codec.TensorCodec;
import io.tributary.schemas.model.ParameterBuffer;
import io.tributary.schemas.model.TensorSpec;
import io.tributary.silo.model.Architecture;
import io.tributary.silo.model.ModelInitializer;
import io.tributary.silo.text.ByteTokenizer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class HuggingFaceImportTest {

    /** Wide enough for an embedding that is read in several tiles. */
    private static final Architecture ARCHITECTURE = new Architecture(9000, 16, 2, 2, 8);

    private static final int CHUNK = 1000;
    private static final String WEIGHTS = "model.safetensors";
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir private Path folder;
    private ParameterBuffer model;

    @BeforeEach
    void export() throws IOException {
        model = ModelInitializer.initialize(ARCHITECTURE, CHUNK, 7);
        HuggingFaceExport.write(folder, ARCHITECTURE, model, new ByteTokenizer());
    }

    @Test
    void whatWasExportedComesBackToTheBit() throws IOException {
        var imported = HuggingFaceImport.read(folder, CHUNK, false);

        assertThat(imported.architecture()).isEqualTo(ARCHITECTURE);
        assertThat(imported.parameters().layout()).isEqualTo(model.layout());
        assertSame(imported.parameters(), model);
    }

    @ParameterizedTest
    @EnumSource(
            value = Codec.class,
            names = {"F16", "BF16"})
    void halfWidthValuesAreWidened(Codec codec) throws IOException {
        write(folder.resolve(WEIGHTS), codec, HuggingFaceExport.tensors(model), name -> name);

        var imported = HuggingFaceImport.read(folder, CHUNK, false).parameters();

        for (int c = 0; c < model.layout().chunkCount(); c++) {
            var chunk = model.chunk(c);
            var expected = new float[chunk.remaining()];
            var payload = TensorCodec.encode(codec, chunk);
            TensorCodec.decode(codec, payload, expected.length, expected, 0);
            var values = new float[expected.length];
            imported.chunk(c).get(values);
            assertThat(values).containsExactly(expected);
            assertThat((double) values[0]).isCloseTo(chunk.get(0), within(0.01));
        }
    }

    /** As the first GPT-2 was published: no prefix, masks as tensors; and an output head. */
    @Test
    void oldNamesMasksAndATiedHeadAreUnderstood() throws IOException {
        var tensors = new ArrayList<>(HuggingFaceExport.tensors(model));
        tensors.add(ones("transformer.h.0.attn.bias", 1, 1, 16, 16));
        tensors.add(ones("transformer.h.1.attn.masked_bias", 1));
        var embedding = model.tensor("transformer.wte.weight");
        tensors.add(
                new Safetensors.Tensor(
                        new TensorSpec("lm_head.weight", List.of(9000, 8)), embedding));
        write(
                folder.resolve(WEIGHTS),
                Codec.F32,
                tensors,
                name -> name.replaceFirst("^transformer\\.", ""));

        assertSame(HuggingFaceImport.read(folder, CHUNK, false).parameters(), model);
    }

    @Test
    void severalFilesAreOneModel() throws IOException {
        var tensors = HuggingFaceExport.tensors(model);
        int half = tensors.size() / 2;
        Files.delete(folder.resolve(WEIGHTS));
        Safetensors.write(folder.resolve("a.safetensors"), Map.of(), tensors.subList(0, half));
        Safetensors.write(
                folder.resolve("b.safetensors"), Map.of(), tensors.subList(half, tensors.size()));
        var index = JSON.createObjectNode();
        var map = index.putObject("weight_map");
        for (int i = 0; i < tensors.size(); i++) {
            map.put(tensors.get(i).spec().name(), i < half ? "a.safetensors" : "b.safetensors");
        }
        Files.writeString(folder.resolve(WEIGHTS + ".index.json"), index.toString());

        assertSame(HuggingFaceImport.read(folder, CHUNK, false).parameters(), model);

        map.put("elsewhere", "../a.safetensors");
        Files.writeString(folder.resolve(WEIGHTS + ".index.json"), index.toString());
        assertRefused("names ../a.safetensors, which is no file beside it");
    }

    @Test
    void whatIsMissingOrTooMuchIsNamed() throws IOException {
        var tensors = new ArrayList<>(HuggingFaceExport.tensors(model));
        var last = tensors.remove(tensors.size() - 1);
        Safetensors.write(folder.resolve(WEIGHTS), Map.of(), tensors);
        assertRefused("lacks 1 of the 28 tensors", last.spec().name());

        tensors.add(last);
        tensors.add(ones("transformer.h.2.ln_1.weight", 8));
        Safetensors.write(folder.resolve(WEIGHTS), Map.of(), tensors);
        assertRefused("has 1 tensors that a model of its config.json does not have", "h.2.ln_1");
    }

    @Test
    void anotherShapeIsNamedBesideTheOneThatIsAskedFor() throws IOException {
        replace("transformer.h.0.mlp.c_fc.weight", ones("transformer.h.0.mlp.c_fc.weight", 32, 8));

        assertRefused("tensor transformer.h.0.mlp.c_fc.weight has shape [32, 8]", "[8, 32]");
    }

    @Test
    void valuesThatAreNotFiniteAreNamedWithTheirPlace() throws IOException {
        var norm = ones("transformer.ln_f.weight", 8);
        norm.values().putFloat(5 * Float.BYTES, Float.NaN);
        replace("transformer.ln_f.weight", norm);

        assertRefused("value 5 of tensor transformer.ln_f.weight is NaN");
    }

    @Test
    void aHeadOfItsOwnIsNotLostSilently() throws IOException {
        var tensors = new ArrayList<>(HuggingFaceExport.tensors(model));
        tensors.add(ones("lm_head.weight", 9000, 8));
        Safetensors.write(folder.resolve(WEIGHTS), Map.of(), tensors);

        assertRefused("lm_head.weight differs from the token embedding");
    }

    @Test
    void typesThatAreNotReadAreNamed() throws IOException {
        var bytes = Files.readAllBytes(folder.resolve(WEIGHTS));
        var text = new String(bytes, StandardCharsets.ISO_8859_1);
        var other = text.replaceFirst("\"F32\"", "\"I32\"");
        Files.write(folder.resolve(WEIGHTS), other.getBytes(StandardCharsets.ISO_8859_1));

        assertRefused("is of type I32; F32, F16 and BF16 are read");
    }

    @ParameterizedTest
    @CsvSource({
        "model_type, llama, model_type is 'llama'; only gpt2 is supported",
        "activation_function, relu, activation_function is 'relu'",
        "activation_function, gelu_new, --exact-gelu takes it for gelu",
        "tie_word_embeddings, false, tie_word_embeddings is 'false'",
        "scale_attn_weights, false, scale_attn_weights is 'false'",
        "n_inner, 99, n_inner is '99'",
        "n_layer, 3, lacks 12 of the 40 tensors",
    })
    void whatTheModelDoesNotDoIsRefused(String field, String value, String message)
            throws IOException {
        var json = value.matches("\\d+|false") ? value : '"' + value + '"';
        var node = JSON.readTree(json);
        config(config -> config.set(field, node));

        assertRefused(message);
    }

    @Test
    void theApproximateActivationIsTakenForTheExactOneIfAskedTo() throws IOException {
        config(config -> config.remove("activation_function")); // which means gelu_new

        assertRefused("activation_function is gelu_new");

        var imported = HuggingFaceImport.read(folder, CHUNK, true);
        assertThat(imported.architecture()).isEqualTo(ARCHITECTURE);
    }

    @Test
    void filesThatAreMissingAreNamed() throws IOException {
        Files.delete(folder.resolve(WEIGHTS));
        assertRefused("no model.safetensors", "safe_serialization=True");

        Files.delete(folder.resolve("config.json"));
        assertRefused("there is no", "config.json");
    }

    @Test
    void theTokenizerIsThatOfTheFolder() throws IOException {
        try (var bytes = HuggingFaceImport.tokenizer(folder, ARCHITECTURE)) {
            assertThat(bytes.id()).isEqualTo(ByteTokenizer.ID);
        }
        // One that differs in a blank is a file like any other, known by its digest.
        var file = folder.resolve("tokenizer.json");
        Files.writeString(file, Files.readString(file) + " ");
        try (var other = HuggingFaceImport.tokenizer(folder, ARCHITECTURE)) {
            assertThat(other.id()).hasSize(64);
        }
        Files.delete(file);
        assertThatThrownBy(() -> HuggingFaceImport.tokenizer(folder, ARCHITECTURE))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("has no tokenizer.json; name the model's own");
        try (var bytes = HuggingFaceImport.tokenizer(folder, new Architecture(257, 16, 1, 2, 8))) {
            assertThat(bytes.id()).isEqualTo(ByteTokenizer.ID);
        }
    }

    private void assertRefused(String... parts) {
        assertThatThrownBy(() -> HuggingFaceImport.read(folder, CHUNK, false))
                .isInstanceOf(IOException.class)
                .satisfies(
                        failure -> {
                            for (var part : parts) {
                                assertThat(failure).hasMessageContaining(part);
                            }
                        });
    }

    private void config(Consumer<ObjectNode> change) throws IOException {
        var file = folder.resolve("config.json");
        var config = (ObjectNode) JSON.readTree(Files.readString(file));
        change.accept(config);
        Files.writeString(file, config.toString());
    }

    private void replace(String name, Safetensors.Tensor by) throws IOException {
        var tensors = new ArrayList<>(HuggingFaceExport.tensors(model));
        tensors.replaceAll(tensor -> tensor.spec().name().equals(name) ? by : tensor);
        Safetensors.write(folder.resolve(WEIGHTS), Map.of(), tensors);
    }

    private static Safetensors.Tensor ones(String name, Integer... shape) {
        var spec = new TensorSpec(name, List.of(shape));
        var values =
                ByteBuffer.allocate(Math.toIntExact(spec.elements()) * Float.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN);
        while (values.hasRemaining()) {
            values.putFloat(1);
        }
        return new Safetensors.Tensor(spec, values.rewind());
    }

    private static void assertSame(ParameterBuffer one, ParameterBuffer other) {
        for (int block = 0; block < other.layout().blocks().size(); block++) {
            assertThat(one.block(block)).isEqualTo(other.block(block));
        }
    }

    /** A file in a codec that an export does not write, by hand. */
    private static void write(
            Path file, Codec codec, List<Safetensors.Tensor> tensors, UnaryOperator<String> named)
            throws IOException {
        var header = JSON.createObjectNode();
        var payloads = new ArrayList<byte[]>();
        int end = 0;
        for (var tensor : tensors) {
            var values = tensor.values().duplicate().order(ByteOrder.LITTLE_ENDIAN);
            var payload = TensorCodec.encode(codec, values.asFloatBuffer());
            payloads.add(payload);
            var node = header.putObject(named.apply(tensor.spec().name()));
            node.put("dtype", codec.name());
            var shape = node.putArray("shape");
            tensor.spec().shape().forEach(shape::add);
            node.putArray("data_offsets").add(end).add(end + payload.length);
            end += payload.length;
        }
        var text = header.toString().getBytes(StandardCharsets.UTF_8);
        var bytes =
                ByteBuffer.allocate(8 + text.length + end)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(text.length)
                        .put(text);
        payloads.forEach(bytes::put);
        Files.write(file, bytes.array());
    }
}
