package io.tributary.tests.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Everything that {@code bench silo} measured, as JSON; times in seconds. */
final class SiloReport {

    private static final ObjectMapper MAPPER =
            new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private SiloReport() {}

    /**
     * @throws UncheckedIOException if the file cannot be written
     */
    static void write(SiloOutcome outcome, Path file) {
        try {
            var parent = file.toAbsolutePath().getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            Files.writeString(file, MAPPER.writeValueAsString(of(outcome)) + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the report to %s".formatted(file), e);
        }
    }

    static ObjectNode of(SiloOutcome outcome) {
        var json = JsonNodeFactory.instance.objectNode();
        var setting = outcome.setting();
        json.put("java", System.getProperty("java.vm.version"));
        json.put("processors", Runtime.getRuntime().availableProcessors());
        json.put("parameters", setting.parameters());
        json.put("codec", setting.codec().lowerCaseName());
        json.put("publish", setting.publish().lowerCaseName());
        add(json.putObject("upload"), outcome.upload());
        add(json.putObject("download"), outcome.download());
        var repetitions = json.putArray("repetitions");
        for (var repetition : outcome.repetitions()) {
            var each = repetitions.addObject();
            add(each.putObject("rawProducer"), repetition.produced());
            add(each.putObject("upload"), repetition.uploaded());
            add(each.putObject("rawConsumer"), repetition.consumed());
            add(each.putObject("download"), repetition.downloaded());
        }
        var memory = json.putObject("memoryBeyondTrainer");
        memory.put("modelBytes", setting.modelBytes());
        memory.put("liveModels", outcome.liveModels());
        memory.put("met", outcome.liveModels() <= SiloOutcome.REQUIRED_MODELS);
        add(memory.putObject("atRest"), outcome.memory().rest());
        add(memory.putObject("live"), outcome.memory().live());
        add(memory.putObject("asItComes"), outcome.memory().resident());
        return json;
    }

    private static void add(ObjectNode json, SiloOutcome.Direction direction) {
        json.put("ratio", direction.ratio());
        json.put("required", SiloOutcome.REQUIRED_RATIO);
        json.put("met", direction.met());
        add(json.putObject("silo"), direction.silo());
        add(json.putObject("raw"), direction.raw());
    }

    private static void add(ObjectNode json, Transfer transfer) {
        json.put("bytes", transfer.bytes());
        json.put("seconds", transfer.seconds());
        json.put("cpuSeconds", transfer.cpuSeconds());
    }

    private static void add(ObjectNode json, MemoryUse use) {
        json.put("heapBytes", use.heap());
        json.put("directBytes", use.direct());
        json.put("residentBytes", use.resident());
    }
}
