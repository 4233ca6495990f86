package io.tributary.cli.demo;

import io.tributary.cli.watch.FederationSnapshot;
import io.tributary.schemas.model.CohortMember;
import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.model.ParameterBuffer;
import io.tributary.schemas.round.RoundPlan;
import io.tributary.silo.LocalTask;
import io.tributary.silo.train.DjlTrainer;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import java.util.stream.Stream;

/**
 * What a silo would have without the others: the same initial model, the local steps of the rounds
 * whose updates of this silo are in a version, on the same text, one after another, never averaged.
 *
 * @param genesis manifest of version 0
 * @param plans of those rounds, in order, by silo id
 */
record AloneTraining(ModelVersion genesis, Map<String, List<RoundPlan>> plans) {

    /** Of the rounds in the log. */
    static AloneTraining of(ModelVersion genesis, FederationSnapshot snapshot) {
        var plans = new TreeMap<String, List<RoundPlan>>();
        for (var silo : snapshot.silos()) {
            plans.put(
                    silo.silo(),
                    snapshot.versions().stream()
                            .flatMap(version -> version.member(silo.silo()).stream())
                            .map(CohortMember::round)
                            .sorted()
                            .flatMap(round -> plan(snapshot, round))
                            .toList());
        }
        return new AloneTraining(genesis, plans);
    }

    private static Stream<RoundPlan> plan(FederationSnapshot snapshot, int round) {
        return snapshot.round(round).stream().flatMap(r -> Stream.ofNullable(r.plan()));
    }

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
        for (var plan : plans.get(silo)) {
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
        return plans.get(silo).stream()
                .mapToInt(plan -> plan.assignment(silo).orElseThrow().localSteps())
                .sum();
    }
}
