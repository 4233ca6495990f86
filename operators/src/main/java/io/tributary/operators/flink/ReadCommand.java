package io.tributary.operators.flink;

import io.tributary.operators.round.GivenCommand;
import io.tributary.schemas.control.CommandRecord;
import io.tributary.schemas.control.ControlCommand;
import java.util.Optional;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Hands operators' commands to the coordinator. Of a roll-back it first finds out whether the
 * version to return to can still be read, so that one that cannot be is refused and not begun.
 *
 * <p>Stateless. Commands for other model lines are passed over.
 */
public final class ReadCommand extends ProcessFunction<CommandRecord, CoordinatorEvent> {

    private static final long serialVersionUID = 1;

    private final String model;
    private final VersionArchive archive;

    public ReadCommand(String model, VersionArchive archive) {
        this.model = model;
        this.archive = archive;
    }

    @Override
    public void processElement(
            CommandRecord read, Context context, Collector<CoordinatorEvent> out) {
        if (read.command().model().equals(model)) {
            out.collect(CoordinatorEvent.of(given(read, archive)));
        }
    }

    /** A command with what has to be known to obey it. */
    static GivenCommand given(CommandRecord read, VersionArchive archive) {
        var found = target(read.command(), archive);
        return new GivenCommand(
                read.offset(),
                read.appendMillis(),
                read.command(),
                found.map(VersionArchive.Found::version).orElse(null),
                found.map(VersionArchive.Found::moments).orElse(false));
    }

    /** A command that was obeyed long ago. */
    static GivenCommand recalled(CommandRecord read) {
        return new GivenCommand(read.offset(), read.appendMillis(), read.command(), null, false);
    }

    private static Optional<VersionArchive.Found> target(
            ControlCommand command, VersionArchive archive) {
        if (command.kind() != ControlCommand.Kind.ROLL_BACK) {
            return Optional.empty();
        }
        try {
            return archive.find(command.model(), Integer.parseInt(command.subject()));
        } catch (NumberFormatException e) {
            return Optional.empty(); // the coordinator says what is wrong with it
        }
    }
}
