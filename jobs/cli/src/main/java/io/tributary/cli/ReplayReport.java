package io.tributary.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tributary.aggregation.replay.Compared;
import io.tributary.aggregation.replay.Replayed;
import io.tributary.aggregation.replay.ReplayedRound;
import io.tributary.schemas.model.ModelVersion;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What came out of a replay, for people and as JSON. */
final class ReplayReport {

    /** Chunks that are named one by one. */
    private static final int SHOWN = 20;

    private ReplayReport() {}

    static String text(Replayed replayed) {
        var version = replayed.version();
        var lines = new StringBuilder();
        for (var round : replayed.rounds()) {
            lines.append(line(version, round)).append(System.lineSeparator());
        }
        return lines.append(
                        "derived from version %s; version %s was made by %s and %s from %s silos"
                                .formatted(
                                        replayed.start(),
                                        version.version(),
                                        version.rule(),
                                        version.serverOptimizer(),
                                        version.cohort().size()))
                .toString();
    }

    private static String line(ModelVersion version, ReplayedRound round) {
        if (round.isSame()) {
            return "version %s of %s: the same digest, %s"
                    .formatted(round.version(), version.model(), round.digest());
        }
        return "version %s of %s: DIFFERS in %s of %s chunks (%s): published %s, derived %s"
                .formatted(
                        round.version(),
                        version.model(),
                        round.differingChunks().size(),
                        version.layout().chunkCount(),
                        named(round.differingChunks()),
                        round.publishedDigest(),
                        round.digest());
    }

    private static String named(List<Integer> chunks) {
        var first = chunks.stream().limit(SHOWN).map(String::valueOf);
        return first.collect(Collectors.joining(", ")) + (chunks.size() > SHOWN ? ", ..." : "");
    }

    static String text(Compared compared) {
        var version = compared.version();
        var text =
                String.format(
                        Locale.ROOT,
                        "version %d of %s was made by %s and %s%n"
                                + "with %s and %s:%n"
                                + "  L2 norm of the difference  %.6g%n"
                                + "  relative to the step       %.6g%n"
                                + "  cosine of the two steps    %.6g",
                        version.version(),
                        version.model(),
                        version.rule(),
                        version.serverOptimizer(),
                        compared.rule(),
                        compared.serverOptimizer(),
                        compared.norm(),
                        compared.relative(),
                        compared.cosine());
        if (compared.coefficients().isEmpty()) {
            return text;
        }
        return text
                + compared.coefficients().entrySet().stream()
                        .map(e -> String.format(Locale.ROOT, "%s %.4g", e.getKey(), e.getValue()))
                        .collect(
                                Collectors.joining(
                                        ", ",
                                        System.lineSeparator() + "  weights                    ",
                                        ""));
    }

    static String json(Replayed replayed) {
        var root = JsonNodeFactory.instance.objectNode();
        describe(root, replayed.version());
        root.put("start", replayed.start());
        root.put("same", replayed.isSame());
        var rounds = root.putArray("versions");
        for (var round : replayed.rounds()) {
            var node = rounds.addObject();
            node.put("version", round.version());
            node.put("same", round.isSame());
            node.put("digest", round.digest());
            node.put("publishedDigest", round.publishedDigest());
            var chunks = node.putArray("differingChunks");
            round.differingChunks().forEach(chunks::add);
        }
        return root.toPrettyString();
    }

    static String json(Compared compared) {
        var root = JsonNodeFactory.instance.objectNode();
        describe(root, compared.version());
        root.put("publishedDigest", compared.version().digest());
        var other = root.putObject("other");
        other.put("rule", compared.rule());
        other.put("serverOptimizer", compared.serverOptimizer());
        other.put("digest", compared.digest());
        put(other, "differenceNorm", compared.norm());
        put(other, "relativeDifference", compared.relative());
        put(other, "cosine", compared.cosine());
        var weights = other.putObject("weights");
        compared.coefficients().forEach(weights::put);
        return root.toPrettyString();
    }

    private static void describe(ObjectNode node, ModelVersion version) {
        node.put("model", version.model());
        node.put("version", version.version());
        node.put("rule", version.rule());
        node.put("serverOptimizer", version.serverOptimizer());
    }

    /** JSON knows no NaN. */
    private static void put(ObjectNode node, String name, double value) {
        if (Double.isFinite(value)) {
            node.put(name, value);
        } else {
            node.putNull(name);
        }
    }
}
