package io.tributary.cli.watch;

import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.control.CommandRecord;
import io.tributary.schemas.control.ControlCommand;
import io.tributary.schemas.control.ControlOutcome;
import io.tributary.schemas.model.Block;
import io.tributary.schemas.model.CohortMember;
import io.tributary.schemas.model.Measurement;
import io.tributary.schemas.model.ModelLayout;
import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.model.Slot;
import io.tributary.schemas.model.TensorSpec;
import io.tributary.schemas.round.LocalSolver;
import io.tributary.schemas.round.LocalTraining;
import io.tributary.schemas.round.RoundOutcome;
import io.tributary.schemas.round.RoundPlan;
import io.tributary.schemas.round.RoundStatus;
import io.tributary.schemas.round.RoundWeights;
import io.tributary.schemas.round.SiloAssignment;
import io.tributary.schemas.round.UpdateVerdict;
import io.tributary.schemas.silo.SiloEvaluation;
import io.tributary.schemas.silo.SiloPresence;
import io.tributary.schemas.update.RejectedUpdate;
import io.tributary.schemas.update.RejectionReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Records as a federation of small models writes them. */
public final class Records {

    public static final String MODEL = "main";

    private static final ModelLayout LAYOUT =
            new ModelLayout(
                    List.of(
                            new Block(
                                    "layer0",
                                    Slot.WEIGHTS,
                                    List.of(new TensorSpec("layer0.weight", List.of(1020, 1020))))),
                    1024 * 128);

    private Records() {}

    /** A plan in which every silo has the same weight. */
    public static RoundPlan plan(int round, Map<String, Integer> localSteps) {
        return plan(round, localSteps, 1, 0);
    }

    public static RoundPlan plan(
            int round, Map<String, Integer> localSteps, int quorum, int stalenessLimit) {
        var silos =
                new TreeMap<>(localSteps)
                        .entrySet().stream()
                                .map(
                                        e ->
                                                new SiloAssignment(
                                                        e.getKey(),
                                                        1.0 / localSteps.size(),
                                                        e.getValue()))
                                .toList();
        return new RoundPlan(
                MODEL,
                round,
                round - 1,
                LAYOUT.digest(),
                "fednova",
                "extend",
                "nesterov(lr=0.7, momentum=0.9)",
                Codec.BF16,
                silos,
                new LocalTraining(
                        LocalSolver.ADAMW,
                        1e-3,
                        1e-4,
                        10,
                        0,
                        0,
                        0.9,
                        0.99,
                        1e-8,
                        0.1,
                        1,
                        false,
                        8,
                        128),
                0,
                -40,
                quorum,
                1000,
                0,
                0,
                60_000,
                stalenessLimit,
                0.5,
                1,
                1);
    }

    public static RoundOutcome outcome(int round, RoundStatus status, String reason) {
        return new RoundOutcome(MODEL, round, status, reason, "fednova", List.of(), 0, round);
    }

    /** A round that closed with updates that were trained for it. */
    public static RoundOutcome closed(int round, String... silos) {
        return new RoundOutcome(
                MODEL,
                round,
                RoundStatus.CLOSED,
                "enough came",
                "fednova",
                List.of(silos).stream()
                        .map(
                                silo ->
                                        new UpdateVerdict(
                                                silo, UpdateVerdict.Status.ACCEPTED, round, 1, 1))
                        .toList(),
                0,
                round);
    }

    public static RoundOutcome withRule(RoundOutcome outcome, String rule) {
        return new RoundOutcome(
                outcome.model(),
                outcome.round(),
                outcome.status(),
                outcome.reason(),
                rule,
                outcome.verdicts(),
                outcome.openedMillis(),
                outcome.decidedMillis());
    }

    public static ModelVersion withMeasurements(
            ModelVersion version, List<Measurement> measurements) {
        return copy(version, version.cohort(), measurements);
    }

    private static ModelVersion copy(
            ModelVersion version, List<CohortMember> cohort, List<Measurement> measurements) {
        return new ModelVersion(
                version.model(),
                version.version(),
                version.baseVersion(),
                version.architecture(),
                version.tokenizer(),
                version.layout(),
                version.codec(),
                version.chunkVersions(),
                version.chunkCrcs(),
                version.digest(),
                version.snapshotVersion(),
                version.momentParts(),
                version.chunksSinceMillis(),
                version.clock(),
                version.rule(),
                version.serverOptimizer(),
                cohort,
                measurements);
    }

    public static RoundWeights weights(int round, String note, double... coefficients) {
        return new RoundWeights(
                MODEL,
                round,
                "mean",
                List.of(),
                List.of(),
                true,
                coefficients,
                0,
                new double[0],
                new double[0],
                1,
                new int[0],
                0,
                List.of(),
                note);
    }

    public static ModelVersion version(int version, String... cohort) {
        var chunks = LAYOUT.chunkCount();
        return new ModelVersion(
                MODEL,
                version,
                version - 1,
                "{}",
                "bytes",
                LAYOUT,
                Codec.F32,
                new int[chunks],
                new int[chunks],
                "digest-" + version,
                version,
                1,
                0,
                0,
                "fednova",
                "nesterov(lr=0.7, momentum=0.9)",
                List.of(cohort).stream().sorted().map(silo -> member(silo, version)).toList(),
                List.of());
    }

    private static CohortMember member(String silo, int round) {
        return new CohortMember(silo, "", round, 1, round - 1, 0.25, 12.5, 40, 40_960, 1.5, 3.2);
    }

    /** A version in which one update was trained for the round before. */
    public static ModelVersion folding(int version, String late, String... cohort) {
        var folded = new ArrayList<CohortMember>();
        for (var member : version(version, cohort).cohort()) {
            folded.add(member.silo().equals(late) ? member(late, version - 1) : member);
        }
        return copy(version(version, cohort), folded, List.of());
    }

    public static CommandRecord command(
            long offset, ControlCommand.Kind kind, String subject, String value) {
        return new CommandRecord(
                offset,
                1_000 * offset,
                new ControlCommand(MODEL, kind, subject, value, "ada", "because"));
    }

    public static ControlOutcome answer(long offset, boolean applied, String detail) {
        return new ControlOutcome(MODEL, offset, applied, detail, 3, 0);
    }

    /** An evaluation on 1000 tokens. */
    public static SiloEvaluation evaluation(int version, double perplexity) {
        return new SiloEvaluation(MODEL, version, 1000 * Math.log(perplexity), 1000, 1000);
    }

    public static SiloPresence presence(
            SiloPresence.Phase phase, int round, int step, int steps, double tokensPerSecond) {
        return new SiloPresence(
                SiloPresence.Kind.HEARTBEAT,
                1,
                1_500_000,
                900,
                phase,
                round > 0 ? MODEL : "",
                round,
                step,
                steps,
                tokensPerSecond);
    }

    public static SiloPresence leaving() {
        return new SiloPresence(
                SiloPresence.Kind.LEAVE,
                1,
                1_500_000,
                900,
                SiloPresence.Phase.IDLE,
                "",
                0,
                0,
                0,
                0);
    }

    public static RejectedUpdate refused(
            String silo, int round, int attempt, RejectionReason reason, long offset) {
        return new RejectedUpdate(
                silo, 1, offset, MODEL, round, attempt, -1, reason, "a reason in words", 0);
    }
}
