package io.tributary.cli.watch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tributary.schemas.model.CohortMember;
import io.tributary.schemas.round.RoundOutcome;
import io.tributary.schemas.silo.SiloPresence;
import io.tributary.schemas.update.RejectedUpdate;
import io.tributary.silo.Evaluation;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/** How a model of a federation stands, for scripts. What is not known is null. */
public final class StatusJson {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private StatusJson() {}

    public static ObjectNode of(FederationSnapshot now) {
        var json = NODES.objectNode();
        json.put("federation", now.federation());
        json.put("model", now.model());
        json.put("at", time(now.atMillis()));
        json.put("parameters", now.parameters());
        var newest = now.newestVersion();
        json.put("version", newest.map(VersionSnapshot::version).orElse(null));
        json.put("digest", newest.map(VersionSnapshot::digest).orElse(null));
        json.put(
                "secondsSinceVersion",
                newest.map(v -> seconds(now.atMillis() - v.appendMillis())).orElse(null));
        put(json, "secondsBetweenVersions", RoundSpacing.seconds(now));
        json.put("secondsElapsed", now.secondsElapsed());
        var measurements = json.putObject("measurements");
        newest.ifPresent(
                v -> v.measurements().forEach((name, value) -> put(measurements, name, value)));
        json.set("evaluation", evaluated(now));
        json.put("phase", RoundPhase.of(now).toString());
        json.set("openRound", openRound(now));
        var waiting = json.putArray("waitingFor");
        OpenRoundText.of(now).forEach(line -> waiting.add(line.strip()));
        var silos = json.putObject("silos");
        now.silos().forEach(silo -> silos.set(silo.silo(), silo(silo, now)));
        var rounds = json.putArray("rounds");
        now.rounds().forEach(round -> rounds.add(round(round)));
        var versions = json.putArray("versions");
        now.versions().forEach(version -> versions.add(version(version)));
        var refusals = json.putArray("refusals");
        now.refusals().forEach(refused -> refusals.add(refusal(refused, now)));
        json.set("operators", operators(now));
        return json;
    }

    private static void put(ObjectNode json, String name, OptionalDouble value) {
        json.put(name, value.isPresent() ? value.getAsDouble() : null);
    }

    private static String time(long epochMillis) {
        return Instant.ofEpochMilli(epochMillis).toString();
    }

    private static double seconds(long millis) {
        return Math.max(0, millis) / 1000.0;
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
        json.put("closed", open.isClosed());
        json.put("extensions", open.extensions().size());
        var deadline = open.deadlineMillis();
        json.put(
                "secondsToDeadline",
                deadline.isPresent() ? (deadline.getAsLong() - now.atMillis()) / 1000.0 : null);
        var arrivals = Arrivals.of(now);
        json.put("planned", arrivals.planned());
        json.put("came", arrivals.came());
        json.put("late", arrivals.late());
        var missing = json.putArray("missing");
        arrivals.missing().forEach(missing::add);
        json.put(
                "missingSecondsBehindMedian",
                arrivals.medianMillis() == 0 || arrivals.missing().isEmpty()
                        ? null
                        : (now.atMillis() - arrivals.medianMillis()) / 1000.0);
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
        json.put("presence", Liveness.of(silo, now.atMillis()).toString());
        json.put("evicted", now.operators().evicted().contains(silo.silo()));
        json.put("round", presence.map(SiloPresence::round).filter(r -> r > 0).orElse(null));
        json.set("activity", activity(SiloActivity.of(silo, now)));
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
        json.put("missing", silo.missing());
        json.set("update", newestUpdate(silo, now));
        var alignment = silo.alignment();
        json.put("alignment", alignment.map(Alignment::cosine).orElse(null));
        json.put("alignedVersion", alignment.map(Alignment::version).orElse(null));
        return json;
    }

    private static ObjectNode activity(SiloActivity activity) {
        var json = NODES.objectNode();
        json.put("kind", activity.kind().name().toLowerCase(Locale.ROOT));
        json.put("word", activity.word());
        json.put("step", activity.step());
        json.put("steps", activity.steps());
        return json;
    }

    /** Its part in the newest version that has one. */
    private static JsonNode newestUpdate(SiloSnapshot silo, FederationSnapshot now) {
        for (int i = now.versions().size() - 1; i >= 0; i--) {
            var version = now.versions().get(i);
            var member = version.member(silo.silo());
            if (member.isPresent()) {
                return member(member.get(), version).put("version", version.version());
            }
        }
        return NODES.nullNode();
    }

    private static ObjectNode member(CohortMember member, VersionSnapshot version) {
        var json = NODES.objectNode();
        json.put("round", member.round());
        json.put("weight", member.weight());
        put(json, "norm", member.norm());
        json.put("contribution", version.contribution(member));
        json.put("localSteps", member.localSteps());
        json.put("tokens", member.tokens());
        put(json, "trainLoss", member.trainLoss());
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
        json.put(
                "status",
                outcome.map(o -> o.status().name().toLowerCase(Locale.ROOT)).orElse(null));
        json.put("reason", outcome.map(RoundOutcome::reason).orElse(null));
        var extensions = json.putArray("extensions");
        round.extensions().forEach(extended -> extensions.add(extended.reason()));
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

    private static ObjectNode version(VersionSnapshot version) {
        var json = NODES.objectNode();
        json.put("version", version.version());
        json.put("baseVersion", version.baseVersion());
        json.put("digest", version.digest());
        json.put("rollBack", version.isRollBack());
        json.put("time", time(version.appendMillis()));
        var cohort = json.putObject("cohort");
        version.cohort().forEach(m -> cohort.set(m.silo(), member(m, version)));
        put(json, "combinedNorm", version.combinedNorm());
        put(json, "consensus", version.consensus());
        json.put("publishedBytes", version.publishedBytes());
        json.put("perplexity", version.global().map(Evaluation::perplexity).orElse(null));
        json.put("fullyEvaluated", version.fullyEvaluated());
        var silos = json.putObject("perplexities");
        version.evaluations().forEach((silo, e) -> put(silos, silo, e.perplexity()));
        var folded = json.putObject("folded");
        version.folded().forEach(member -> folded.put(member.silo(), member.round()));
        return json;
    }

    private static ObjectNode refusal(RejectedUpdate refused, FederationSnapshot now) {
        var json = NODES.objectNode();
        json.put("silo", refused.silo());
        json.put("round", refused.round() < 0 ? null : refused.round());
        json.put("reason", refused.reason().name());
        json.put("detail", refused.detail());
        json.put("time", refused.appendMillis() > 0 ? time(refused.appendMillis()) : null);
        var late = now.secondsLate(refused);
        json.put("secondsLate", late.isPresent() ? late.getAsDouble() : null);
        return json;
    }

    private static ObjectNode operators(FederationSnapshot now) {
        var operators = now.operators();
        var json = NODES.objectNode();
        json.put("paused", operators.paused());
        json.put("stopAfter", operators.stopAfter() > 0 ? operators.stopAfter() : null);
        var evicted = json.putArray("evicted");
        operators.evicted().forEach(evicted::add);
        var settings = json.putObject("settings");
        operators.settings().forEach(settings::put);
        json.set("rollBacks", ControlReport.json(operators.rollBacks()));
        json.set("unanswered", ControlReport.json(operators.unanswered()));
        var text = json.putArray("text");
        OperatorsText.of(now).forEach(text::add);
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
