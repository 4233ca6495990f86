package io.tributary.cli.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Writes a {@link DemoReport} as JSON. */
public final class ReportJson {

    private static final ObjectMapper MAPPER =
            new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private ReportJson() {}

    /**
     * @throws UncheckedIOException if the file cannot be written
     */
    public static void write(DemoReport report, Path file) {
        try {
            var parent = file.toAbsolutePath().getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            Files.writeString(file, MAPPER.writeValueAsString(of(report)) + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the report to %s".formatted(file), e);
        }
    }

    public static ObjectNode of(DemoReport report) {
        var json = JsonNodeFactory.instance.objectNode();
        json.put("federation", report.federation());
        json.put("model", report.model());
        json.put("parameters", report.parameters());
        json.put("seed", report.seed());
        json.put("mode", report.pacing().mode());
        json.put("quorum", report.pacing().quorum());
        var slow = json.putObject("slow");
        if (report.pacing().slowSilo() != null) {
            slow.put(report.pacing().slowSilo(), report.pacing().slowFactor());
        }
        var rounds = json.putArray("rounds");
        report.rounds().forEach(round -> add(rounds.addObject(), round));
        put(json.putObject("initial"), "perplexity", report.initial().perplexity());
        put(json.putObject("final"), "perplexity", report.last().perplexity());
        var baselines = json.putObject("baselines");
        put(baselines, "unigram", report.baselines().unigram());
        put(baselines, "bigram", report.baselines().bigram());
        var alone = json.putObject("alone");
        report.alone()
                .forEach(
                        (silo, measured) -> {
                            var node = alone.putObject(silo);
                            put(node, "own", measured.own());
                            put(node, "mixture", measured.mixture());
                        });
        json.put("modelDigest", report.modelDigest());
        return json;
    }

    private static void add(ObjectNode json, DemoReport.Round round) {
        json.put("round", round.round());
        json.put("version", round.version());
        var cohort = json.putArray("cohort");
        round.cohort().forEach(cohort::add);
        json.put("rejected", round.rejected());
        json.put("late", round.late());
        var global = json.putObject("global");
        put(global, "perplexity", round.global().perplexity());
        put(global, "loss", round.global().loss());
        var silos = json.putObject("silos");
        round.silos()
                .forEach(
                        (name, silo) -> {
                            var node = silos.putObject(name);
                            put(node, "perplexity", silo.perplexity());
                            node.put("tokens", silo.tokens());
                            node.put("localSteps", silo.localSteps());
                            put(node, "normalizer", silo.normalizer());
                        });
        put(json, "seconds", round.seconds());
        put(json, "elapsedSeconds", round.elapsedSeconds());
        json.put("tokens", round.tokens());
        json.put("bytesUp", round.bytesUp());
        json.put("bytesDown", round.bytesDown());
    }

    /** JSON has no NaN and no infinity. */
    private static void put(ObjectNode json, String name, double value) {
        json.put(name, finite(value));
    }

    private static @Nullable Double finite(double value) {
        return Double.isFinite(value) ? value : null;
    }
}
