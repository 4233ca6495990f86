package io.tributary.cli.watch;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tributary.kafka.client.AuditedCommand;
import io.tributary.schemas.control.ControlCommand;
import io.tributary.schemas.control.ControlOutcome;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Commands and their answers, for people and for scripts. */
public final class ControlReport {

    private ControlReport() {}

    /** What a command that took effect has done, in one sentence. */
    public static String obeyed(ControlCommand.Kind kind, ControlOutcome answer) {
        var detail = Figures.printable(answer.detail());
        return switch (kind) {
            case STOP -> detail;
            case ROLL_BACK -> "%s; the next round is round %s".formatted(detail, answer.round());
            default -> "%s, from round %s on".formatted(detail, answer.round());
        };
    }

    /** The audit trail, oldest first. */
    public static String text(List<AuditedCommand> commands) {
        var table =
                new TextTable(List.of("time (UTC)", "author", "command", "reason", "answer"), 5);
        for (var command : commands) {
            var given = command.given();
            table.add(
                    time(given.appendMillis()),
                    Figures.printable(given.command().author()),
                    Figures.printable(CommandText.of(given.command())),
                    given.command().reason().isEmpty()
                            ? "-"
                            : Figures.printable(given.command().reason()),
                    answer(command));
        }
        return table.toString();
    }

    private static String answer(AuditedCommand command) {
        var answer = command.answer();
        if (answer == null) {
            return "not answered";
        }
        return answer.applied()
                ? obeyed(command.given().command().kind(), answer)
                : "refused: " + Figures.printable(answer.detail());
    }

    /** The audit trail, oldest first. */
    public static ArrayNode json(List<AuditedCommand> commands) {
        var array = JsonNodeFactory.instance.arrayNode();
        commands.forEach(command -> array.add(json(command)));
        return array;
    }

    /** A command; what is not known of its answer is null. */
    public static ObjectNode json(AuditedCommand audited) {
        var given = audited.given();
        var json = json(given.command());
        json.put("offset", given.offset());
        json.put("time", given.appendMillis() > 0 ? instant(given.appendMillis()) : null);
        var answer = Optional.ofNullable(audited.answer());
        json.put("answered", answer.isPresent());
        json.put("applied", answer.map(ControlOutcome::applied).orElse(null));
        json.put("answer", answer.map(ControlOutcome::detail).orElse(null));
        json.put("round", answer.map(ControlOutcome::round).orElse(null));
        return json;
    }

    private static ObjectNode json(ControlCommand command) {
        var json = JsonNodeFactory.instance.objectNode();
        json.put("model", command.model());
        json.put("command", command.kind().name().toLowerCase(Locale.ROOT).replace('_', '-'));
        json.put("subject", command.subject());
        json.put("value", command.value());
        json.put("author", command.author());
        json.put("reason", command.reason());
        return json;
    }

    private static String instant(long millis) {
        return Instant.ofEpochMilli(millis).truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static String time(long millis) {
        return instant(millis).replace('T', ' ').replace("Z", "");
    }
}
