package io.tributary.silo.export;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.tributary.schemas.model.ParameterBuffer;
import io.tributary.silo.model.Architecture;
import io.tributary.silo.text.Tokenizer;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes a model as a folder that Hugging Face {@code from_pretrained} loads: {@code config.json},
 * {@code generation_config.json}, {@code model.safetensors}, {@code tokenizer.json} and {@code
 * tokenizer_config.json}.
 */
public final class HuggingFaceExport {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectWriter PRETTY = JSON.writerWithDefaultPrettyPrinter();
    private static final String PARAMETERS = "model.safetensors";
    private static final Map<String, String> METADATA = Map.of("format", "pt");

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
        for (var file : descriptions(architecture, tokenizer).entrySet()) {
            Files.writeString(folder.resolve(file.getKey()), file.getValue());
        }
        Safetensors.write(folder.resolve(PARAMETERS), METADATA, tensors(parameters));
    }

    /**
     * Writes the folder's files into a zip archive, without compressing them: parameters do not get
     * smaller. Nothing is kept in memory or on disk.
     *
     * @param zip left open, for whatever else is to go in
     * @param folder what the files' names begin with, as a path without a slash at its end
     */
    public static void write(
            ZipOutputStream zip,
            String folder,
            Architecture architecture,
            ParameterBuffer parameters,
            Tokenizer tokenizer)
            throws IOException {
        zip.setLevel(Deflater.NO_COMPRESSION);
        for (var file : descriptions(architecture, tokenizer).entrySet()) {
            zip.putNextEntry(new ZipEntry(folder + "/" + file.getKey()));
            zip.write(file.getValue().getBytes(StandardCharsets.UTF_8));
            zip.closeEntry();
        }
        zip.putNextEntry(new ZipEntry(folder + "/" + PARAMETERS));
        Safetensors.write(Channels.newChannel(zip), METADATA, tensors(parameters));
        zip.closeEntry();
    }

    /** All files but the parameters', by name. */
    private static SortedMap<String, String> descriptions(
            Architecture architecture, Tokenizer tokenizer) throws IOException {
        int end = tokenizer.endOfDocument();
        var config = architecture.toJsonNode();
        config.put("bos_token_id", end);
        config.put("eos_token_id", end);
        config.put("torch_dtype", "float32");

        var generation = JSON.createObjectNode();
        generation.put("bos_token_id", end);
        generation.put("eos_token_id", end);
        generation.put("pad_token_id", end);

        var tokenizerConfig = JSON.createObjectNode();
        tokenizerConfig.put("tokenizer_class", "PreTrainedTokenizerFast");
        tokenizerConfig.put("model_max_length", architecture.contextLength());
        tokenizerConfig.put("bos_token", tokenizer.endOfDocumentText());
        tokenizerConfig.put("eos_token", tokenizer.endOfDocumentText());
        tokenizerConfig.put("pad_token", tokenizer.endOfDocumentText());
        tokenizerConfig.put("clean_up_tokenization_spaces", false);

        var files = new TreeMap<String, String>();
        files.put("config.json", pretty(config));
        files.put("generation_config.json", pretty(generation));
        files.put("tokenizer.json", tokenizer.toJson());
        files.put("tokenizer_config.json", pretty(tokenizerConfig));
        return files;
    }

    /** All tensors of a model, in layout order, sharing its memory. */
    static List<Safetensors.Tensor> tensors(ParameterBuffer parameters) {
        return parameters.layout().blocks().stream()
                .flatMap(block -> block.tensors().stream())
                .map(spec -> new Safetensors.Tensor(spec, parameters.tensor(spec.name())))
                .toList();
    }

    private static String pretty(Object json) throws IOException {
        return PRETTY.writeValueAsString(json) + "\n";
    }
}
