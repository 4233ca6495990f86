package io.tributary.cli.demo;

import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.model.ParameterBuffer;
import io.tributary.schemas.round.RoundPlan;
import io.tributary.silo.LocalTask;
import io.tributary.silo.train.DjlTrainer;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * What a silo would have without the others: the same initial model, the same local steps of the
 * same rounds on the same text, one after another, never averaged.
 *
 * @param genesis manifest of version 0
 * @param plans the plans of all rounds, in order
 */
record AloneTraining(ModelVersion genesis, List<RoundPlan> plans) {

    /**
     * Trains one silo's model.
     *
     * @param initial parameters of version 0; read only
     * @param steps told the number of steps done after each
     * @return the trained parameters, newly allocated
     */
    ParameterBuffer train(
            String silo, DjlTrainer trainer, ParameterBuffer initial, IntConsumer steps)
            throws InterruptedException {
        var parameters = ParameterBuffer.allocate(initial.layout());
        parameters.copyFrom(initial);
        int done = 0;
        for (var plan : plans) {
            var assignment = plan.assignment(silo).orElseThrow();
            int before = done;
            var result =
                    trainer.train(
                            new LocalTask(genesis, parameters, plan, assignment),
                            (step, loss, speed) -> steps.accept(before + step));
            parameters.copyFrom(result.trained());
            done += assignment.localSteps();
        }
        return parameters;
    }

    /** Local steps a silo takes in all. */
    int steps(String silo) {
        return plans.stream()
                .mapToInt(plan -> plan.assignment(silo).orElseThrow().localSteps())
                .sum();
    }
}
