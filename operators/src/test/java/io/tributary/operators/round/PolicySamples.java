package io.tributary.operators.round;

import io.tributary.operators.Altered;
import io.tributary.operators.update.CompleteUpdate;
import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.model.Block;
import io.tributary.schemas.model.CohortMember;
import io.tributary.schemas.model.ModelLayout;
import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.model.Slot;
import io.tributary.schemas.model.TensorSpec;
import io.tributary.schemas.round.LocalSolver;
import io.tributary.schemas.round.LocalTraining;
import io.tributary.schemas.silo.SiloPresence;
import io.tributary.schemas.update.UpdateId;
import java.util.List;
import java.util.Map;

/** A federation of the silos a, b and c, and what they send. */
final class PolicySamples {

    static final long GRACE = 100;
    static final long DEADLINE = 1_000;
    static final long SILENCE = 500;
    static final long PUBLISH_TIMEOUT = 300;

    private PolicySamples() {}

    static CompleteUpdate complete(String silo, int round, long arrived) {
        return complete(silo, round, round - 1, 1, 1, arrived);
    }

    static CompleteUpdate complete(
            String silo, int round, int base, double normalizer, double largest, long arrived) {
        return new CompleteUpdate(
                silo,
                "main",
                new UpdateId(round, 1, 99),
                false,
                base,
                4,
                100,
                normalizer,
                2,
                1,
                largest,
                1,
                0,
                arrived);
    }

    static CompleteUpdate faulty(String silo, int round, long arrived) {
        return new CompleteUpdate(
                silo,
                "main",
                new UpdateId(round, 1, 98),
                true,
                -1,
                0,
                0,
                1,
                0,
                0,
                0,
                1,
                0,
                arrived);
    }

    static SiloPresence here(long tokens) {
        return new SiloPresence(
                SiloPresence.Kind.HEARTBEAT,
                1,
                tokens,
                tokens / 10,
                SiloPresence.Phase.IDLE,
                "",
                0,
                0,
                0,
                0);
    }

    static SiloPresence gone() {
        return new SiloPresence(
                SiloPresence.Kind.LEAVE, 1, 1, 1, SiloPresence.Phase.IDLE, "", 0, 0, 0, 0);
    }

    static ModelVersion version(int version, List<CohortMember> cohort) {
        var layout =
                new ModelLayout(
                        List.of(
                                new Block(
                                        "all",
                                        Slot.WEIGHTS,
                                        List.of(new TensorSpec("w", List.of(4))))),
                        4);
        return new ModelVersion(
                "main",
                version,
                version - 1,
                "{}",
                "bytes",
                layout,
                Codec.F32,
                new int[] {version},
                new int[] {0},
                "",
                version,
                0,
                0,
                0,
                "",
                "",
                cohort,
                List.of());
    }

    static FederationPlan federation(String rule, WeightBasis basis, int minSilos) {
        return Altered.copy(federation(rule, "extend", "sgd(lr=1)", basis, minSilos), "rounds", 2);
    }

    static FederationPlan federation(
            String rule, String fallback, String serverOptimizer, WeightBasis basis, int minSilos) {
        var training =
                new LocalTraining(LocalSolver.SGD, 0.1, 0.1, 0, 0, 0, 0, 0, 0, 0, 0, false, 1, 1);
        return new FederationPlan(
                "main",
                0,
                rule,
                fallback,
                serverOptimizer,
                Codec.F32,
                Codec.F32,
                basis,
                5_000,
                4,
                Map.of("b", 10),
                training,
                minSilos,
                SampleSize.ALL,
                WeightBasis.UNIFORM,
                2,
                GRACE,
                0,
                0,
                DEADLINE,
                SILENCE,
                PUBLISH_TIMEOUT,
                1,
                -40,
                Map.of(),
                Pace.SYNCHRONOUS,
                1);
    }
}
