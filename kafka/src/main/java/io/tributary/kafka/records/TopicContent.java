package io.tributary.kafka.records;

import io.tributary.kafka.topics.FederationTopics;
import io.tributary.schemas.control.ControlCommand;
import io.tributary.schemas.control.ControlOutcome;
import io.tributary.schemas.model.ModelChunk;
import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.round.RoundOutcome;
import io.tributary.schemas.round.RoundPlan;
import io.tributary.schemas.round.RoundWeights;
import io.tributary.schemas.silo.SiloEvaluation;
import io.tributary.schemas.silo.SiloPresence;
import io.tributary.schemas.update.RejectedUpdate;
import io.tributary.schemas.update.UpdateChunk;
import io.tributary.schemas.update.UpdateEnd;
import io.tributary.schemas.update.UpdateManifest;
import java.util.List;

/** The topics of a federation by what lies on them. */
public enum TopicContent {
    /** One for each silo. */
    UPDATES(
            List.of(
                    SiloPresence.class,
                    SiloEvaluation.class,
                    UpdateManifest.class,
                    UpdateChunk.class,
                    UpdateEnd.class)),
    ROUNDS(List.of(RoundPlan.class, RoundWeights.class, RoundOutcome.class, ControlOutcome.class)),
    MODELS(List.of(ModelChunk.class)),
    VERSIONS(List.of(ModelVersion.class)),
    GENESIS(List.of(ModelChunk.class)),
    CONTROL(List.of(ControlCommand.class)),
    REJECTED(List.of(RejectedUpdate.class));

    private final List<Class<? extends Record>> types;

    TopicContent(List<Class<? extends Record>> types) {
        this.types = types;
    }

    /**
     * The topic's name.
     *
     * @param silo whose, of those that there is one of for each silo
     */
    public String topic(FederationTopics topics, String silo) {
        return switch (this) {
            case UPDATES -> topics.updates(silo);
            case ROUNDS -> topics.rounds();
            case MODELS -> topics.models();
            case VERSIONS -> topics.versions();
            case GENESIS -> topics.genesis();
            case CONTROL -> topics.control();
            case REJECTED -> topics.rejected();
        };
    }

    /** Types of its records. */
    public List<Class<? extends Record>> types() {
        return types;
    }
}
