package io.tributary.tests.bench.peers;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tributary.tests.bench.peers.Standing.Absent;
import io.tributary.tests.bench.peers.Standing.Measured;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Every round that was measured, as JSON; times in seconds. */
final class ContenderReport {

    private static final ObjectMapper MAPPER =
            new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private ContenderReport() {}

    /**
     * @throws UncheckedIOException if the file cannot be written
     */
    static void write(RoundShape shape, Map<String, Standing> standings, Path file) {
        try {
            var parent = file.toAbsolutePath().getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            Files.writeString(file, MAPPER.writeValueAsString(of(shape, standings)) + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the report to %s".formatted(file), e);
        }
    }

    static ObjectNode of(RoundShape shape, Map<String, Standing> standings) {
        var json = JsonNodeFactory.instance.objectNode();
        json.put("processors", Runtime.getRuntime().availableProcessors());
        json.put("parameters", shape.parameters());
        json.put("silos", shape.silos());
        json.put("seed", shape.seed());
        var contenders = json.putArray("contenders");
        standings.forEach((name, standing) -> add(contenders.addObject(), name, standing));
        return json;
    }

    private static void add(ObjectNode json, String name, Standing standing) {
        json.put("name", name);
        if (standing instanceof Absent absent) {
            json.put("status", "skipped");
            json.put("reason", absent.reason());
        } else if (standing instanceof Measured measured) {
            json.put("status", "measured");
            json.put("version", measured.version());
            json.put("deviation", measured.deviation());
            var rounds = json.putArray("rounds");
            measured.rounds().forEach(cost -> add(rounds.addObject(), cost));
        }
    }

    private static void add(ObjectNode json, RoundCost cost) {
        json.put("seconds", cost.seconds());
        json.put("combinedSeconds", cost.combinedSeconds());
        json.put("updateBytes", cost.updateBytes());
        json.put("serverCpuSeconds", cost.serverCpuSeconds());
        json.put("serverPeakRssBytes", cost.serverPeakRssBytes());
    }
}
