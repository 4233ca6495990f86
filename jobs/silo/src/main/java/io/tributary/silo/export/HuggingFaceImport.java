package io.tributary.silo.export;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.codec.TensorCodec;
import io.tributary.schemas.model.ParameterBuffer;
import io.tributary.schemas.model.TensorSpec;
import io.tributary.silo.model.Architecture;
import io.tributary.silo.text.ByteTokenizer;
import io.tributary.silo.text.Tokenizer;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Reads what {@link HuggingFaceExport} writes, and what others have written in its form: a folder
 * with the {@code config.json} of a {@code GPT2LMHeadModel} and its tensors in {@code
 * model.safetensors}, or in several files that {@code model.safetensors.index.json} names, as F32,
 * F16 or BF16.
 *
 * <p>Names may lack their {@code transformer.}, as those of the first GPT-2 do. Causal masks, which
 * old files hold as tensors, are passed over; an output head must equal the token embedding.
 * Everything else must be there, and nothing more: it is checked before a value is read.
 */
public final class HuggingFaceImport {

    private static final String WEIGHTS = "model.safetensors";
    private static final String INDEX = "model.safetensors.index.json";
    private static final String PREFIX = "transformer.";
    private static final String HEAD = "lm_head.weight";
    private static final String EMBEDDING = "transformer.wte.weight";
    private static final Pattern MASK =
            Pattern.compile("transformer\\.h\\.\\d+\\.attn\\.(bias|masked_bias)");

    /** Values that are read at a time. */
    private static final int TILE = 1 << 16;

    /** Names that a message lists. */
    private static final int NAMED = 5;

    private static final ObjectMapper JSON = new ObjectMapper();

    private HuggingFaceImport() {}

    /**
     * A model.
     *
     * @param parameters owned by the caller
     */
    public record Imported(Architecture architecture, ParameterBuffer parameters) {}

    /** A tensor and where it is. */
    private record Source(SafetensorsHeader header, SafetensorsHeader.Entry entry) {

        Codec codec() throws IOException {
            return switch (entry.type()) {
                case "F32" -> Codec.F32;
                case "F16" -> Codec.F16;
                case "BF16" -> Codec.BF16;
                default ->
                        throw new IOException(
                                "%s: tensor %s is of type %s; F32, F16 and BF16 are read"
                                        .formatted(header.file(), entry.name(), entry.type()));
            };
        }
    }

    /**
     * Reads a folder.
     *
     * @param chunkElements values per full chunk of the model's layout
     * @param exactGelu whether a model that was trained with GELU's approximation by a tanh ({@code
     *     gelu_new}) is taken for one with GELU itself; it is refused otherwise
     * @throws IOException if something is missing, is too much, has another shape, or is not a
     *     finite number; names it
     */
    public static Imported read(Path folder, int chunkElements, boolean exactGelu)
            throws IOException {
        var architecture = architecture(folder.resolve("config.json"), exactGelu);
        var layout = architecture.layout(chunkElements);
        var specs = new LinkedHashMap<String, TensorSpec>();
        for (var block : layout.blocks()) {
            block.tensors().forEach(spec -> specs.put(spec.name(), spec));
        }
        var sources = sources(folder);
        var head = sources.remove(HEAD);
        sources.keySet().removeIf(name -> MASK.matcher(name).matches());
        requireSame(folder, specs, sources);
        var parameters = ParameterBuffer.allocate(layout);
        for (var spec : specs.values()) {
            var values = parameters.tensor(spec.name()).asFloatBuffer();
            read(sources.get(spec.name()), values::put);
        }
        if (head != null) {
            requireEmbedding(head, specs.get(EMBEDDING), parameters);
        }
        return new Imported(architecture, parameters);
    }

    /**
     * The tokenizer of the model in a folder: its {@code tokenizer.json}; bytes if that is what an
     * export writes for them, or if there is none and the model knows as many tokens.
     *
     * @throws IOException if it cannot be used, or there is none
     */
    public static Tokenizer tokenizer(Path folder, Architecture architecture) throws IOException {
        var bytes = new ByteTokenizer();
        var file = folder.resolve("tokenizer.json");
        if (Files.isRegularFile(file)) {
            return Files.readString(file).equals(bytes.toJson()) ? bytes : Tokenizer.open(file);
        }
        if (architecture.vocabularySize() == bytes.vocabularySize()) {
            return bytes;
        }
        throw new IOException(
                "%s has no tokenizer.json; name the model's own with --tokenizer"
                        .formatted(folder));
    }

    private static Architecture architecture(Path file, boolean exactGelu) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException(
                    "there is no %s; a folder that save_pretrained wrote has one".formatted(file));
        }
        try {
            var config = JSON.readTree(Files.readString(file));
            if (isApproximate(config)) {
                if (!exactGelu) {
                    throw new IOException(
                            "%s: activation_function is gelu_new, which approximates gelu; --exact-gelu takes it for gelu"
                                    .formatted(file));
                }
                ((ObjectNode) config).put("activation_function", "gelu");
            }
            return Architecture.fromJson(config.toString());
        } catch (JsonProcessingException e) {
            throw new IOException("%s is not JSON: %s".formatted(file, e.getOriginalMessage()), e);
        } catch (IllegalArgumentException e) {
            throw new IOException("%s: %s".formatted(file, e.getMessage()), e);
        }
    }

    /** As GPT-2 itself: it is what a configuration means that names no activation. */
    private static boolean isApproximate(JsonNode config) {
        return config.path("model_type").asText().equals("gpt2")
                && config.path("activation_function").asText("gelu_new").equals("gelu_new");
    }

    /** All tensors of all files, by the names that a layout gives them. */
    private static Map<String, Source> sources(Path folder) throws IOException {
        var sources = new LinkedHashMap<String, Source>();
        for (var file : files(folder)) {
            try (var in = FileChannel.open(file, StandardOpenOption.READ)) {
                var header = SafetensorsHeader.read(file, in);
                header.requireWhole(in.size());
                for (var entry : header.entries()) {
                    if (sources.put(fullName(entry.name()), new Source(header, entry)) != null) {
                        throw new IOException(
                                "%s: tensor %s is there twice".formatted(file, entry.name()));
                    }
                }
            }
        }
        return sources;
    }

    private static List<Path> files(Path folder) throws IOException {
        var whole = folder.resolve(WEIGHTS);
        if (Files.isRegularFile(whole)) {
            return List.of(whole);
        }
        var index = folder.resolve(INDEX);
        if (!Files.isRegularFile(index)) {
            throw new IOException(
                    "%s has no %s and no %s; save_pretrained(..., safe_serialization=True) writes them"
                            .formatted(folder, WEIGHTS, INDEX));
        }
        var names = new TreeSet<String>();
        try {
            for (var name : JSON.readTree(Files.readString(index)).path("weight_map")) {
                names.add(name.asText());
            }
        } catch (JsonProcessingException e) {
            throw new IOException("%s is not JSON: %s".formatted(index, e.getOriginalMessage()), e);
        }
        var files = new ArrayList<Path>();
        for (var name : names) {
            var file = folder.resolve(name);
            if (!folder.equals(file.getParent()) || !Files.isRegularFile(file)) {
                throw new IOException(
                        "%s names %s, which is no file beside it".formatted(index, name));
            }
            files.add(file);
        }
        return files;
    }

    private static String fullName(String name) {
        return name.startsWith(PREFIX) || name.equals(HEAD) ? name : PREFIX + name;
    }

    private static void requireSame(
            Path folder, Map<String, TensorSpec> specs, Map<String, Source> sources)
            throws IOException {
        var missing = new TreeSet<>(specs.keySet());
        missing.removeAll(sources.keySet());
        if (!missing.isEmpty()) {
            throw new IOException(
                    "%s lacks %s of the %s tensors that its config.json asks for: %s"
                            .formatted(folder, missing.size(), specs.size(), some(missing)));
        }
        var extra = new TreeSet<>(sources.keySet());
        extra.removeAll(specs.keySet());
        if (!extra.isEmpty()) {
            throw new IOException(
                    "%s has %s tensors that a model of its config.json does not have: %s"
                            .formatted(folder, extra.size(), some(extra)));
        }
        for (var spec : specs.values()) {
            requireShape(sources.get(spec.name()), spec);
        }
    }

    private static void requireShape(Source source, TensorSpec spec) throws IOException {
        var unused = source.codec(); // refuses a type that is not read
        if (!source.entry().shape().equals(spec.shape())) {
            throw new IOException(
                    "%s: tensor %s has shape %s; config.json asks for %s"
                            .formatted(
                                    source.header().file(),
                                    source.entry().name(),
                                    source.entry().shape(),
                                    spec.shape()));
        }
    }

    private static String some(TreeSet<String> names) {
        var first = names.stream().limit(NAMED).toList();
        return String.join(", ", first) + (names.size() > NAMED ? ", ..." : "");
    }

    /** An untied head would be lost: the model has none. */
    private static void requireEmbedding(
            Source head, TensorSpec embedding, ParameterBuffer parameters) throws IOException {
        requireShape(head, embedding);
        var expected = parameters.tensor(EMBEDDING).asFloatBuffer();
        read(
                head,
                values -> {
                    var tied = expected.slice(expected.position(), values.remaining());
                    if (!tied.equals(values)) {
                        throw new IOException(
                                "%s: %s differs from the token embedding; only a model that ties them is supported"
                                        .formatted(head.header().file(), HEAD));
                    }
                    expected.position(expected.position() + values.remaining());
                });
    }

    /** Takes a tensor's values, some at a time. */
    private interface Sink {
        void take(FloatBuffer values) throws IOException;
    }

    private static void read(Source source, Sink sink) throws IOException {
        var entry = source.entry();
        var codec = source.codec();
        int elements = entry.elements();
        long start = source.header().start() + entry.begin();
        var values = new float[Math.min(TILE, elements)];
        try (var in = FileChannel.open(source.header().file(), StandardOpenOption.READ)) {
            for (int first = 0; first < elements; first += TILE) {
                int count = Math.min(TILE, elements - first);
                long position = start + (long) codec.encodedBytes(1) * first;
                var bytes =
                        SafetensorsHeader.readFully(in, position, codec.encodedBytes(count))
                                .array();
                TensorCodec.decode(codec, bytes, count, values, 0);
                requireFinite(source, values, first, count);
                sink.take(FloatBuffer.wrap(values, 0, count));
            }
        }
    }

    private static void requireFinite(Source source, float[] values, int first, int count)
            throws IOException {
        for (int i = 0; i < count; i++) {
            if (!Float.isFinite(values[i])) {
                throw new IOException(
                        "%s: value %s of tensor %s is %s"
                                .formatted(
                                        source.header().file(),
                                        first + i,
                                        source.entry().name(),
                                        values[i]));
            }
        }
    }
}
