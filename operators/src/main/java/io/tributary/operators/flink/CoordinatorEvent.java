package io.tributary.operators.flink;

import io.tributary.operators.figures.VersionFigures;
import io.tributary.operators.round.GivenCommand;
import io.tributary.operators.update.CompleteUpdate;
import io.tributary.schemas.silo.SiloEvaluation;
import io.tributary.schemas.silo.SiloPresence;
import org.jspecify.annotations.Nullable;

/**
 * Something the round coordinator must know. Exactly one of presence, evaluation, update,
 * announcement, command and version is there.
 *
 * @param model name of the model line
 * @param silo the silo it is about; empty for a version or a command
 * @param presence a sign of life
 * @param evaluation a version measured, for people: it decides nothing
 * @param update an update that ended
 * @param announced an update of which no more than its manifest is known; its norm and its largest
 *     value are 0
 * @param command a command of an operator
 * @param version a version that can be read whole
 */
public record CoordinatorEvent(
        String model,
        String silo,
        @Nullable SiloPresence presence,
        @Nullable SiloEvaluation evaluation,
        @Nullable CompleteUpdate update,
        @Nullable CompleteUpdate announced,
        @Nullable GivenCommand command,
        @Nullable VersionFigures version) {

    static CoordinatorEvent of(String model, String silo, SiloPresence presence) {
        return new CoordinatorEvent(model, silo, presence, null, null, null, null, null);
    }

    static CoordinatorEvent of(String model, String silo, SiloEvaluation evaluation) {
        return new CoordinatorEvent(model, silo, null, evaluation, null, null, null, null);
    }

    static CoordinatorEvent of(CompleteUpdate update) {
        return new CoordinatorEvent(
                update.model(), update.silo(), null, null, update, null, null, null);
    }

    static CoordinatorEvent announcing(CompleteUpdate update) {
        return new CoordinatorEvent(
                update.model(), update.silo(), null, null, null, update, null, null);
    }

    static CoordinatorEvent of(GivenCommand command) {
        return new CoordinatorEvent(
                command.command().model(), "", null, null, null, null, command, null);
    }

    static CoordinatorEvent of(String model, VersionFigures version) {
        return new CoordinatorEvent(model, "", null, null, null, null, null, version);
    }
}
