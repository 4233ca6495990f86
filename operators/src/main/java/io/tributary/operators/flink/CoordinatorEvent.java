package io.tributary.operators.flink;

import io.tributary.operators.round.GivenCommand;
import io.tributary.operators.update.CompleteUpdate;
import io.tributary.schemas.silo.SiloPresence;
import org.jspecify.annotations.Nullable;

/**
 * Something the round coordinator must know. Exactly one of presence, update, announcement, command
 * and version is meant.
 *
 * @param model name of the model line
 * @param silo the silo it is about; empty for a version or a command
 * @param presence a sign of life
 * @param update an update that ended
 * @param announced an update of which no more than its manifest is known; its norm and its largest
 *     value are 0
 * @param command a command of an operator
 * @param version a version that can be read whole; -1 if it is about something else
 */
public record CoordinatorEvent(
        String model,
        String silo,
        @Nullable SiloPresence presence,
        @Nullable CompleteUpdate update,
        @Nullable CompleteUpdate announced,
        @Nullable GivenCommand command,
        int version) {

    static CoordinatorEvent of(String model, String silo, SiloPresence presence) {
        return new CoordinatorEvent(model, silo, presence, null, null, null, -1);
    }

    static CoordinatorEvent of(CompleteUpdate update) {
        return new CoordinatorEvent(update.model(), update.silo(), null, update, null, null, -1);
    }

    static CoordinatorEvent announcing(CompleteUpdate update) {
        return new CoordinatorEvent(update.model(), update.silo(), null, null, update, null, -1);
    }

    static CoordinatorEvent of(GivenCommand command) {
        return new CoordinatorEvent(command.command().model(), "", null, null, null, command, -1);
    }

    static CoordinatorEvent ofVersion(String model, int version) {
        return new CoordinatorEvent(model, "", null, null, null, null, version);
    }
}
