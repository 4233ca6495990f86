package io.tributary.cli;

import io.tributary.aggregation.PublishedVersions;
import io.tributary.kafka.KafkaConnection;
import io.tributary.kafka.client.FederationFollower;
import io.tributary.schemas.control.ControlCommand.Kind;
import io.tributary.schemas.round.RoundStatus;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tributary control roll-back}. */
@Command(
        name = "roll-back",
        description = {
            "Makes an earlier version the newest again, under a number of its own.",
            "The open round is given up. Versions in between stay on the log."
        },
        mixinStandardHelpOptions = true)
final class RollBackCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;
    @Mixin private ControlRequest request;

    @Option(
            names = "--to",
            paramLabel = "VERSION",
            required = true,
            description = "The version to return to.")
    private int version;

    @Option(
            names = {"-y", "--yes"},
            description = "Do not ask.")
    private boolean yes;

    @Override
    public Integer call() throws Exception {
        Require.atLeast(0, "--to", version);
        request.check();
        var connection = request.reached();
        if (yes) {
            request.checkModel(connection);
        } else if (!isConfirmed(connection)) {
            spec.commandLine().getErr().println("tributary: not confirmed; nothing was sent");
            return ExitCode.FAILURE;
        }
        return request.send(spec, connection, Kind.ROLL_BACK, String.valueOf(version), "");
    }

    private boolean isConfirmed(KafkaConnection connection) throws IOException {
        var err = spec.commandLine().getErr();
        err.println(outlook(connection));
        return Confirmation.ask(err, "Roll back?");
    }

    /** Which version becomes which, and what comes back with it. */
    private String outlook(KafkaConnection connection) {
        try (var follower =
                FederationFollower.newest(connection, request.topics(), request.model())) {
            int newest = newest(follower);
            if (version >= newest) {
                throw new IllegalArgumentException(
                        "--to must be a version before the newest, %s, got %s"
                                .formatted(newest, version));
            }
            var found =
                    new PublishedVersions(connection, request.topics())
                            .find(request.model(), version)
                            .orElseThrow(
                                    () ->
                                            new NotFoundException(
                                                    "version %s of %s cannot be read whole any more"
                                                            .formatted(version, request.model())));
            var given =
                    follower.openPlan(request.model())
                            .filter(plan -> plan.round() > newest)
                            .map(
                                    plan ->
                                            "; round %s is given up, and what was trained for it"
                                                    .formatted(plan.round()))
                            .orElse("");
            return "version %s of %s becomes the newest, as version %s (or later, if rounds end meanwhile), %s%s"
                    .formatted(
                            version,
                            request.model(),
                            newest + 1,
                            found.moments()
                                    ? "with the server optimizer's moments"
                                    : "without moments: a server optimizer that keeps some begins"
                                            + " anew",
                            given);
        }
    }

    /** The newest version that is there or on its way. */
    private int newest(FederationFollower follower) {
        int published = request.newestVersion(follower).version();
        return follower.newestOutcome(request.model())
                .filter(outcome -> outcome.status() == RoundStatus.CLOSED)
                .map(outcome -> Math.max(published, outcome.round()))
                .orElse(published);
    }
}
