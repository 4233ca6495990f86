package io.tributary.cli.pace;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Writes what was compared, the summary and every point as JSON. */
public final class PaceReport {

    private static final ObjectMapper MAPPER =
            new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private PaceReport() {}

    /**
     * @throws UncheckedIOException if the file cannot be written
     */
    public static void write(PaceOptions options, List<PaceRun> runs, Path file) {
        try {
            var parent = file.toAbsolutePath().getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            Files.writeString(file, MAPPER.writeValueAsString(of(options, runs)) + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the report to %s".formatted(file), e);
        }
    }

    static ObjectNode of(PaceOptions options, List<PaceRun> runs) {
        var json = JsonNodeFactory.instance.objectNode();
        json.put("rounds", options.rounds());
        json.put("localSteps", options.localSteps());
        json.put("learningRate", options.learningRate());
        json.put("serverOptimizer", options.serverOptimizer());
        json.put("stalenessExponent", options.stalenessExponent());
        json.put("slowFactor", options.slow().factor());
        json.put("heldOutTokens", options.heldOutTokens());
        json.put("processors", Runtime.getRuntime().availableProcessors());
        add(json.putObject("summary"), PaceSummary.of(runs));
        var all = json.putArray("runs");
        runs.forEach(run -> add(all.addObject(), run));
        return json;
    }

    private static void add(ObjectNode json, PaceSummary summary) {
        json.put("tokens", summary.tokens());
        json.put("seconds", summary.seconds());
        json.put("perplexity", summary.perplexity());
        var rows = json.putArray("arms");
        for (var row : summary.rows()) {
            var arm = rows.addObject();
            arm.put("arm", row.arm().toString());
            arm.put("seeds", row.seeds());
            add(arm, "versions", row.versions());
            add(arm, "runSeconds", row.runSeconds());
            add(arm, "perplexityAtTokens", row.atTokens());
            add(arm, "perplexityAtSeconds", row.atSeconds());
            add(arm, "secondsToPerplexity", row.toPerplexity());
            add(arm, "unusedShare", row.unused());
            add(arm, "slowUpdates", row.slowUpdates());
        }
    }

    private static void add(ObjectNode json, String name, Spread spread) {
        var node = json.putObject(name);
        node.put("low", spread.low());
        node.put("median", spread.median());
        node.put("high", spread.high());
    }

    private static void add(ObjectNode json, PaceRun run) {
        json.put("arm", run.arm().toString());
        json.put("seed", run.seed());
        json.put("computedTokens", run.computedTokens());
        json.put("slow", run.slowSilo());
        json.put("slowUpdates", run.slowUpdates());
        var points = json.putArray("points");
        for (var point : run.points()) {
            var node = points.addObject();
            node.put("version", point.version());
            node.put("seconds", point.seconds());
            node.put("tokens", point.tokens());
            node.put("late", point.late());
            node.put("perplexity", point.perplexity());
        }
    }
}
