package io.tributary.silo.export;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.tributary.schemas.model.ParameterBuffer;
import io.tributary.silo.model.Architecture;
import io.tributary.silo.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Writes a model as a folder that Hugging Face {@code from_pretrained} loads: {@code config.json},
 * {@code generation_config.json}, {@code model.safetensors}, {@code tokenizer.json} and {@code
 * tokenizer_config.json}.
 */
public final class HuggingFaceExport {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectWriter PRETTY = JSON.writerWithDefaultPrettyPrinter();

    private HuggingFaceExport() {}

    /**
     * Writes the folder; files of these names are replaced.
     *
     * @param folder made if it is not there
     */
    public static void write(
            Path folder, Architecture architecture, ParameterBuffer parameters, Tokenizer tokenizer)
            throws IOException {
        Files.createDirectories(folder);
        int end = tokenizer.endOfDocument();

        var config = architecture.toJsonNode();
        config.put("bos_token_id", end);
        config.put("eos_token_id", end);
        config.put("torch_dtype", "float32");
        writeJson(folder.resolve("config.json"), config);

        var generation = JSON.createObjectNode();
        generation.put("bos_token_id", end);
        generation.put("eos_token_id", end);
        generation.put("pad_token_id", end);
        writeJson(folder.resolve("generation_config.json"), generation);

        Files.writeString(folder.resolve("tokenizer.json"), tokenizer.toJson());
        var tokenizerConfig = JSON.createObjectNode();
        tokenizerConfig.put("tokenizer_class", "PreTrainedTokenizerFast");
        tokenizerConfig.put("model_max_length", architecture.contextLength());
        tokenizerConfig.put("bos_token", tokenizer.endOfDocumentText());
        tokenizerConfig.put("eos_token", tokenizer.endOfDocumentText());
        tokenizerConfig.put("pad_token", tokenizer.endOfDocumentText());
        tokenizerConfig.put("clean_up_tokenization_spaces", false);
        writeJson(folder.resolve("tokenizer_config.json"), tokenizerConfig);

        Safetensors.write(
                folder.resolve("model.safetensors"), Map.of("format", "pt"), tensors(parameters));
    }

    /** All tensors of a model, in layout order, sharing its memory. */
    static List<Safetensors.Tensor> tensors(ParameterBuffer parameters) {
        return parameters.layout().blocks().stream()
                .flatMap(block -> block.tensors().stream())
                .map(spec -> new Safetensors.Tensor(spec, parameters.tensor(spec.name())))
                .toList();
    }

    private static void writeJson(Path file, Object json) throws IOException {
        Files.writeString(file, PRETTY.writeValueAsString(json) + "\n");
    }
}
