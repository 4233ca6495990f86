package io.tributary.silo.export;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tributary.silo.model.Architecture;
import io.tributary.silo.model.ModelInitializer;
import io.tributary.silo.text.ByteTokenizer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HuggingFaceExportTest {

    @TempDir Path folder;

    @Test
    void folderHoldsModelConfigurationAndTokenizer() throws Exception {
        var architecture = new Architecture(257, 16, 1, 2, 8);
        var parameters = ModelInitializer.initialize(architecture, 100, 1);

        HuggingFaceExport.write(
                folder.resolve("model"), architecture, parameters, new ByteTokenizer());

        var model = folder.resolve("model");
        var config = Files.readString(model.resolve("config.json"));
        assertThat(Architecture.fromJson(config)).isEqualTo(architecture);
        assertThat(new ObjectMapper().readTree(config).get("eos_token_id").asInt()).isEqualTo(256);
        var content = Safetensors.read(model.resolve("model.safetensors"));
        assertThat(content.metadata()).containsEntry("format", "pt");
        assertThat(content.tensors()).hasSize(2 + 12 + 2);
        for (var tensor : content.tensors()) {
            assertThat(tensor.values()).isEqualTo(parameters.tensor(tensor.spec().name()));
        }
        assertThat(Files.readString(model.resolve("tokenizer.json")))
                .isEqualTo(new ByteTokenizer().toJson());
        assertThat(model.resolve("tokenizer_config.json")).content().contains("<|endoftext|>");
        assertThat(model.resolve("generation_config.json")).exists();
    }

    @Test
    void theArchiveHoldsTheFilesOfTheFolder() throws Exception {
        var architecture = new Architecture(257, 16, 1, 2, 8);
        var parameters = ModelInitializer.initialize(architecture, 100, 1);
        HuggingFaceExport.write(folder, architecture, parameters, new ByteTokenizer());

        var archive = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(archive)) {
            HuggingFaceExport.write(
                    zip, "news-main-12", architecture, parameters, new ByteTokenizer());
        }

        var found = new TreeMap<String, byte[]>();
        try (var zip = new ZipInputStream(new ByteArrayInputStream(archive.toByteArray()))) {
            for (var entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                found.put(entry.getName(), zip.readAllBytes());
            }
        }
        assertThat(found).hasSize(5);
        for (var file : found.entrySet()) {
            assertThat(file.getKey()).startsWith("news-main-12/");
            var name = file.getKey().substring("news-main-12/".length());
            assertThat(file.getValue())
                    .as(name)
                    .isEqualTo(Files.readAllBytes(folder.resolve(name)));
        }
    }
}
