package io.tributary.cli;

import io.tributary.cli.control.Durations;
import io.tributary.cli.watch.CommandText;
import io.tributary.cli.watch.ControlReport;
import io.tributary.kafka.KafkaConnection;
import io.tributary.kafka.client.AuditedCommand;
import io.tributary.kafka.client.ControlAnswers;
import io.tributary.kafka.client.ControlLog;
import io.tributary.kafka.client.FederationFollower;
import io.tributary.kafka.topics.FederationTopics;
import io.tributary.schemas.control.CommandRecord;
import io.tributary.schemas.control.ControlCommand;
import io.tributary.schemas.model.ModelVersion;
import java.time.Duration;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** A command to the job: who gives it and why, and how long to wait for the answer. */
final class ControlRequest {

    /** A sentence for the audit trail, not a file. */
    private static final int LONGEST_TEXT = 1_000;

    /** How long reading a topic may take. */
    private static final Duration READING = Duration.ofMinutes(2);

    @Mixin private FederationOptions federation;
    @Mixin private ModelOption model;

    @Option(
            names = "--reason",
            paramLabel = "TEXT",
            defaultValue = "",
            description = "Why, for the audit trail.")
    private String reason;

    @Option(
            names = "--author",
            paramLabel = "NAME",
            defaultValue = "${sys:user.name}",
            description = "Who, for the audit trail (default: the user's name).")
    private String author;

    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            defaultValue = "30 s",
            converter = DurationOption.class,
            description = "How long to wait for the job's answer (default: ${DEFAULT-VALUE}).")
    private Duration timeout;

    @Option(names = "--json", description = "Print the command and its answer as JSON.")
    private boolean json;

    FederationTopics topics() {
        return federation.topics();
    }

    String model() {
        return model.name();
    }

    /**
     * Finds what is wrong with the options, before an address is waited for.
     *
     * @throws IllegalArgumentException naming the option
     */
    void check() {
        var unused = model();
        checkLength("--reason", reason);
        checkLength("--author", author);
    }

    private static void checkLength(String option, String text) {
        if (text.length() > LONGEST_TEXT) {
            throw new IllegalArgumentException(
                    "%s must have at most %s characters, got %s"
                            .formatted(option, LONGEST_TEXT, text.length()));
        }
    }

    KafkaConnection reached() throws InterruptedException {
        return federation.reached();
    }

    /**
     * The newest version. A command to a model that has none would wait for an answer in vain, and
     * stay on the log for ever.
     *
     * @throws NotFoundException if there is no such model
     */
    ModelVersion newestVersion(FederationFollower follower) {
        follower.catchUp(READING);
        return follower.newestVersion(model())
                .orElseThrow(
                        () ->
                                new NotFoundException(
                                        "federation %s has no version of model %s"
                                                .formatted(topics().federation(), model())));
    }

    /**
     * @throws NotFoundException if there is no such model
     */
    void checkModel(KafkaConnection connection) {
        try (var follower = FederationFollower.newest(connection, topics(), model())) {
            var unused = newestVersion(follower);
        }
    }

    /**
     * Gives a command and tells what became of it.
     *
     * @throws NotFoundException if there is no such model
     * @throws CommandRefusedException if the job refuses it
     * @throws UnansweredCommandException if no job answers in time
     */
    int send(CommandSpec spec, ControlCommand.Kind kind, String subject, String value)
            throws InterruptedException {
        check();
        var connection = reached();
        checkModel(connection);
        return send(spec, connection, kind, subject, value);
    }

    /** As above, on a connection that is known to work, to a model that is known to exist. */
    int send(
            CommandSpec spec,
            KafkaConnection connection,
            ControlCommand.Kind kind,
            String subject,
            String value) {
        var command = new ControlCommand(model(), kind, subject, value, author, reason);
        try (var answers = ControlAnswers.fromNowOn(connection, topics(), model())) {
            long offset = new ControlLog(connection, topics(), READING).give(command);
            spec.commandLine()
                    .getErr()
                    .printf(
                            "%s: command %s on %s; waiting for the job's answer, at most %s%n",
                            CommandText.of(command),
                            offset,
                            topics().control(),
                            Durations.text(timeout));
            var answer = answers.await(offset, timeout).orElse(null);
            var audited = new AuditedCommand(new CommandRecord(offset, 0, command), answer);
            if (json) {
                spec.commandLine().getOut().println(ControlReport.json(audited).toPrettyString());
            }
            return report(spec, audited);
        }
    }

    private int report(CommandSpec spec, AuditedCommand audited) {
        var answer = audited.answer();
        if (answer == null) {
            throw new UnansweredCommandException(
                    "no job has answered within %s; if none runs, the command stays on %s and is"
                                    .formatted(Durations.text(timeout), topics().control())
                            + " obeyed when one does");
        }
        if (!answer.applied()) {
            throw new CommandRefusedException("refused: " + answer.detail());
        }
        if (!json) {
            spec.commandLine()
                    .getOut()
                    .println(ControlReport.obeyed(audited.given().command().kind(), answer));
        }
        return ExitCode.OK;
    }
}
