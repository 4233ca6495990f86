package io.tributary.tests.bench.pipeline;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Everything that was measured, as JSON; times in seconds. */
final class PipelineReport {

    private static final ObjectMapper MAPPER =
            new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private PipelineReport() {}

    /**
     * @throws UncheckedIOException if the file cannot be written
     */
    static void write(List<PipelineResult> results, Path file) {
        var json = JsonNodeFactory.instance.objectNode();
        json.put("java", System.getProperty("java.vm.version"));
        json.put("processors", Runtime.getRuntime().availableProcessors());
        var cases = json.putArray("cases");
        results.forEach(result -> add(cases.addObject(), result));
        try {
            var parent = file.toAbsolutePath().getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            Files.writeString(file, MAPPER.writeValueAsString(json) + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the report to %s".formatted(file), e);
        }
    }

    private static void add(ObjectNode json, PipelineResult result) {
        var pipeline = result.pipeline();
        json.put("parameters", pipeline.parameters());
        json.put("silos", pipeline.silos());
        json.put("codec", pipeline.codec().lowerCaseName());
        json.put("publication", pipeline.publication().lowerCaseName());
        json.put("rule", pipeline.rule());
        json.put("optimizer", pipeline.optimizer());
        json.put("parallelism", pipeline.parallelism());
        json.put("state", StateBackend.text(pipeline.state()));
        json.put("heapBytes", result.heapBytes());
        json.put("ratio", result.ratio());
        var rounds = json.putArray("rounds");
        for (var cost : result.rounds()) {
            var round = rounds.addObject();
            round.put("updateBytes", cost.updateBytes());
            round.put("versionBytes", cost.versionBytes());
            round.put("seconds", cost.seconds());
            round.put("checkpointSeconds", cost.checkpointSeconds());
            round.put("rawReadSeconds", cost.rawReadSeconds());
            round.put("rawWriteSeconds", cost.rawWriteSeconds());
            round.put("ratio", cost.ratio());
            var cpu = round.putObject("cpuSeconds");
            cost.cpuSeconds().forEach(cpu::put);
        }
        var closes = json.putArray("closes");
        for (var latency : result.closes()) {
            var close = closes.addObject();
            close.put("seconds", latency.seconds());
            close.put("firstSeconds", latency.firstSeconds());
            close.put("checkpointSeconds", latency.checkpointSeconds());
            close.put("rawReadSeconds", latency.rawReadSeconds());
            close.put("rawWriteSeconds", latency.rawWriteSeconds());
            close.put("combiningSeconds", latency.work().combining());
            close.put("steppingSeconds", latency.work().stepping());
            close.put("writingSeconds", latency.work().writing());
        }
        var memory = json.putArray("memory");
        for (var of : result.memory()) {
            var process = memory.addObject();
            process.put("process", of.process());
            process.put("liveHeapBytes", of.liveHeapBytes());
            process.put("peakRssBytes", of.peakRssBytes());
        }
        var checkpoint = json.putObject("checkpoint");
        checkpoint.put("bytes", result.checkpoint().bytes());
        checkpoint.put("seconds", result.checkpoint().seconds());
    }
}
