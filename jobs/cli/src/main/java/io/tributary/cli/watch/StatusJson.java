package io.tributary.cli.watch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tributary.schemas.round.RoundOutcome;
import io.tributary.schemas.silo.SiloPresence;
import io.tributary.silo.Evaluation;
import java.util.Locale;
import java.util.Optional;

/** How a model of a federation stands, for scripts. What is not known is null. */
public final class StatusJson {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private StatusJson() {}

    public static ObjectNode of(FederationSnapshot now) {
        var json = NODES.objectNode();
        json.put("federation", now.federation());
        json.put("model", now.model());
        json.put("parameters", now.parameters());
        var newest = now.newestVersion();
        json.put("version", newest.map(VersionSnapshot::version).orElse(null));
        json.put("digest", newest.map(VersionSnapshot::digest).orElse(null));
        var measurements = json.putObject("measurements");
        newest.ifPresent(
                v -> v.measurements().forEach((name, value) -> put(measurements, name, value)));
        json.set("evaluation", evaluated(now));
        json.set("openRound", openRound(now));
        var silos = json.putObject("silos");
        now.silos().forEach(silo -> silos.set(silo.silo(), silo(silo, now)));
        var rounds = json.putArray("rounds");
        now.rounds().forEach(round -> rounds.add(round(round)));
        return json;
    }

    /** JSON has no number for infinity, which a privacy loss may be. */
    private static void put(ObjectNode json, String name, double value) {
        if (Double.isFinite(value)) {
            json.put(name, value);
        } else {
            json.put(name, String.valueOf(value));
        }
    }

    private static JsonNode evaluated(FederationSnapshot now) {
        return now.newestEvaluated()
                .map(
                        version ->
                                (JsonNode)
                                        evaluation(version.version(), version.global())
                                                .put("silos", version.evaluations().size()))
                .orElse(NODES.nullNode());
    }

    private static JsonNode openRound(FederationSnapshot now) {
        var open = now.openRound();
        if (open == null || open.plan() == null) {
            return NODES.nullNode();
        }
        var plan = open.plan();
        var json = NODES.objectNode();
        json.put("round", open.round());
        json.put("secondsOpen", now.secondsOpen());
        json.put("quorum", plan.quorum());
        json.put("rule", plan.rule());
        json.put("serverOptimizer", plan.serverOptimizer());
        json.put("codec", plan.codec().name().toLowerCase(Locale.ROOT));
        var steps = json.putObject("localSteps");
        plan.silos().forEach(a -> steps.put(a.silo(), a.localSteps()));
        return json;
    }

    private static ObjectNode silo(SiloSnapshot silo, FederationSnapshot now) {
        var json = NODES.objectNode();
        var presence = Optional.ofNullable(silo.presence());
        json.put(
                "phase",
                silo.hasLeft()
                        ? "left"
                        : presence.map(SiloPresence::phase)
                                .map(p -> p.name().toLowerCase(Locale.ROOT))
                                .orElse(null));
        json.put("round", presence.map(SiloPresence::round).filter(r -> r > 0).orElse(null));
        json.put("step", presence.map(SiloPresence::step).orElse(null));
        json.put("steps", presence.map(SiloPresence::steps).orElse(null));
        json.put("tokensPerSecond", silo.tokensPerSecond() > 0 ? silo.tokensPerSecond() : null);
        json.put(
                "secondsSinceSeen",
                silo.lastSeenMillis() == 0
                        ? null
                        : Math.max(0, now.atMillis() - silo.lastSeenMillis()) / 1000.0);
        json.put("declaredTokens", presence.map(SiloPresence::declaredTokens).orElse(null));
        json.set(
                "evaluation",
                silo.lastEvaluation()
                        .map(e -> (JsonNode) evaluation(e.getKey(), Optional.of(e.getValue())))
                        .orElse(NODES.nullNode()));
        json.put("accepted", silo.accepted());
        json.put("late", silo.late());
        json.put("rejected", silo.rejected());
        return json;
    }

    private static ObjectNode round(RoundSnapshot round) {
        var json = NODES.objectNode();
        json.put("round", round.round());
        var cohort = json.putArray("cohort");
        var version = Optional.ofNullable(round.version());
        version.ifPresent(v -> v.cohort().forEach(member -> cohort.add(member.silo())));
        var seconds = round.seconds();
        json.put("seconds", seconds.isPresent() ? seconds.getAsDouble() : null);
        var outcome = Optional.ofNullable(round.outcome());
        json.put("rule", outcome.map(RoundOutcome::rule).orElse(null));
        json.put("standIn", round.standIn().orElse(null));
        json.put("late", round.late());
        json.put("rejected", round.rejected());
        var reasons = json.putObject("reasons");
        round.refusals().forEach((reason, count) -> reasons.put(reason.name(), count));
        json.put(
                "perplexity",
                version.flatMap(VersionSnapshot::global).map(Evaluation::perplexity).orElse(null));
        return json;
    }

    private static ObjectNode evaluation(int version, Optional<Evaluation> measured) {
        var json = NODES.objectNode();
        json.put("version", version);
        json.put("loss", measured.map(Evaluation::loss).orElse(null));
        json.put("perplexity", measured.map(Evaluation::perplexity).orElse(null));
        json.put(
                "bitsPerByte",
                measured.filter(e -> e.bytes() > 0).map(Evaluation::bitsPerByte).orElse(null));
        return json;
    }
}
