package io.tributary.silo.train;

import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.model.ParameterBuffer;
import io.tributary.schemas.round.LocalSolver;
import io.tributary.schemas.round.LocalTraining;
import io.tributary.schemas.round.RoundPlan;
import io.tributary.schemas.round.SiloAssignment;
import io.tributary.silo.LocalTask;
import io.tributary.silo.model.Architecture;
import java.util.List;

/** Plans and tasks for a tiny model. */
final class Rounds {

    static final Architecture TINY = new Architecture(257, 16, 2, 2, 16);

    private Rounds() {}

    static LocalTraining training(boolean keepMoments, double peakLearningRate) {
        return new LocalTraining(
                LocalSolver.ADAMW,
                peakLearningRate,
                peakLearningRate / 10,
                5,
                200,
                0,
                0.9,
                0.95,
                1e-8,
                0.1,
                1,
                keepMoments,
                4,
                16);
    }

    /** Round r of a plan in which silo "a" takes some steps and another silo twice as many. */
    static LocalTask task(
            ParameterBuffer global, LocalTraining training, int round, int localSteps) {
        var assignment = new SiloAssignment("a", 0.5, localSteps);
        var other = new SiloAssignment("b", 0.5, 2 * localSteps);
        var plan =
                new RoundPlan(
                        "main",
                        round,
                        round - 1,
                        global.layout().digest(),
                        "mean",
                        "extend",
                        "sgd(lr=1.0)",
                        Codec.F32,
                        List.of(assignment, other),
                        training,
                        (round - 1) * 2L * localSteps,
                        -40,
                        2,
                        0,
                        0,
                        0,
                        60_000,
                        0,
                        0.5,
                        1,
                        1);
        return new LocalTask(version(global, round - 1, "bytes"), global, plan, assignment);
    }

    static ModelVersion version(ParameterBuffer parameters, int version, String tokenizer) {
        return new ModelVersion(
                "main",
                version,
                version - 1,
                TINY.toJson(),
                tokenizer,
                parameters.layout(),
                Codec.F32,
                new int[0],
                new int[0],
                "",
                0,
                0,
                0,
                0,
                "",
                "",
                List.of(),
                List.of());
    }
}
