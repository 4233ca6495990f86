package io.tributary.cli.watch;

import io.tributary.schemas.control.CommandRecord;
import io.tributary.schemas.control.ControlOutcome;
import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.round.RoundOutcome;
import io.tributary.schemas.round.RoundPlan;
import io.tributary.schemas.round.RoundWeights;
import io.tributary.schemas.silo.SiloEvaluation;
import io.tributary.schemas.silo.SiloPresence;
import io.tributary.schemas.update.RejectedUpdate;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Makes a picture of a federation from the records of its log. Pure: knows only the records, who
 * wrote them and when the broker appended them. Records of one topic partition must come in their
 * order; how partitions interleave does not change the picture.
 *
 * <p>A refused update counts once, however many records say so: several chunks of one upload may be
 * bad. A duplicate and a late update each count by themselves, even when their attempt is one that
 * was seen before. What is so broken that its model cannot be read counts for its silo under every
 * model, and for no round.
 *
 * <p>Silos are not trusted to report sense: an evaluation that cannot be one (of a version that
 * does not exist, of no tokens, or with a loss that is negative or not finite) is passed over.
 */
public final class FederationView {

    private final String federation;
    private final TreeMap<String, SiloHistory> silos = new TreeMap<>();
    private final TreeMap<String, ModelHistory> models = new TreeMap<>();
    private final Refusals unreadable = new Refusals();

    public FederationView(String federation) {
        this.federation = federation;
    }

    /** There is such a silo, whether it has written anything or not. */
    public void accept(String silo) {
        silo(silo);
    }

    /** Something a silo wrote; types that do not concern the picture are passed over. */
    public void accept(String silo, Record record, long appendMillis) {
        var history = silo(silo);
        if (record instanceof SiloPresence presence) {
            history.accept(presence, appendMillis);
        } else if (record instanceof SiloEvaluation evaluation) {
            history.seen(appendMillis);
            model(evaluation.model()).accept(silo, evaluation);
        }
    }

    /**
     * Something the job wrote, or an operator's command with its place on the log; types that do
     * not concern the picture are passed over.
     */
    public void accept(Record record, long appendMillis) {
        if (record instanceof RoundPlan plan) {
            plan.silos().forEach(assignment -> silo(assignment.silo()));
            model(plan.model()).accept(plan, appendMillis);
        } else if (record instanceof RoundOutcome outcome) {
            model(outcome.model()).accept(outcome);
        } else if (record instanceof ControlOutcome answer) {
            model(answer.model()).accept(answer);
        } else if (record instanceof CommandRecord command) {
            model(command.command().model()).accept(command);
        } else if (record instanceof RoundWeights weights) {
            model(weights.model()).accept(weights);
        } else if (record instanceof ModelVersion version) {
            version.cohort().forEach(member -> silo(member.silo()));
            model(version.model()).accept(version, appendMillis);
        } else if (record instanceof RejectedUpdate refused) {
            silo(refused.silo());
            refusals(refused.model()).accept(refused, appendMillis);
        }
    }

    /** Models that have a version or a plan, in name order. */
    public List<String> models() {
        return models.entrySet().stream()
                .filter(e -> e.getValue().isReal())
                .map(Map.Entry::getKey)
                .toList();
    }

    /** The picture of one model; an empty one if nothing is known of it. */
    public FederationSnapshot snapshot(String model, long nowMillis) {
        var history = models.getOrDefault(model, new ModelHistory());
        var refused = history.refusals().with(unreadable);
        var present = new TreeSet<String>();
        silos.forEach(
                (silo, known) -> {
                    if (!known.hasLeft()) {
                        present.add(silo);
                    }
                });
        var tallies = history.tallies();
        var silosNow =
                silos.entrySet().stream()
                        .map(
                                e ->
                                        e.getValue()
                                                .snapshot(
                                                        e.getKey(),
                                                        model,
                                                        history,
                                                        tallies.getOrDefault(
                                                                e.getKey(), SiloTally.NONE),
                                                        refused))
                        .toList();
        var versions = history.versions(present);
        var rounds = history.rounds(versions);
        return new FederationSnapshot(
                federation,
                model,
                nowMillis,
                history.parameters(),
                history.open(rounds),
                silosNow,
                rounds,
                versions,
                refused.inOrder(),
                history.operators());
    }

    private SiloHistory silo(String silo) {
        return silos.computeIfAbsent(silo, s -> new SiloHistory());
    }

    private ModelHistory model(String model) {
        return models.computeIfAbsent(model, m -> new ModelHistory());
    }

    private Refusals refusals(String model) {
        return model.isEmpty() ? unreadable : model(model).refusals();
    }
}
