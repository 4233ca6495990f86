package io.tributary.cli.watch;

import io.tributary.kafka.client.AuditedCommand;
import java.util.ArrayList;
import java.util.List;

/** What operators have changed, in words. */
final class OperatorsText {

    private OperatorsText() {}

    static List<String> of(FederationSnapshot now) {
        var operators = now.operators();
        var lines = new ArrayList<String>();
        if (operators.paused()) {
            lines.add("paused: no new round is planned until it is resumed");
        }
        if (operators.stopAfter() > 0) {
            lines.add("no round is planned after round " + operators.stopAfter());
        }
        if (!operators.evicted().isEmpty()) {
            lines.add("evicted: " + String.join(", ", operators.evicted()));
        }
        operators
                .settings()
                .forEach(
                        (key, value) ->
                                lines.add(
                                        CommandText.setting(
                                                Figures.printable(key), Figures.printable(value))));
        for (var rollBack : operators.rollBacks()) {
            var answer = rollBack.answer();
            if (answer != null) {
                lines.add(
                        "rolled back %s ago: %s"
                                .formatted(ago(now, rollBack), Figures.printable(answer.detail())));
            }
        }
        for (var command : operators.unanswered()) {
            lines.add(
                    "not answered by a job: %s, given by %s %s ago"
                            .formatted(
                                    Figures.printable(CommandText.of(command.given().command())),
                                    Figures.printable(command.given().command().author()),
                                    ago(now, command)));
        }
        return lines;
    }

    private static String ago(FederationSnapshot now, AuditedCommand command) {
        return Figures.clock((now.atMillis() - command.given().appendMillis()) / 1000.0);
    }
}
