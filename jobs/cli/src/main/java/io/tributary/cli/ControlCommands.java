package io.tributary.cli;

import io.tributary.cli.control.SettingText;
import io.tributary.cli.watch.ControlReport;
import io.tributary.kafka.client.ControlAudit;
import io.tributary.kafka.topics.FederationTopics;
import io.tributary.operators.round.PlanSetting;
import io.tributary.schemas.control.ControlCommand.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tributary control}. */
@Command(
        name = "control",
        description = {
            "Tells a running federation what to do otherwise, and what it has been told.",
            "A command is written to the federation's control topic and stays there; the job"
                    + " answers it on the rounds topic."
        },
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            ControlCommands.Pause.class,
            ControlCommands.Resume.class,
            ControlCommands.Evict.class,
            ControlCommands.Readmit.class,
            ControlCommands.Set.class,
            RollBackCommand.class,
            ControlCommands.Stop.class,
            ControlCommands.Log.class
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:obeyed; log: printed",
            "1:not confirmed, nothing was sent; or failed",
            "2:the command line cannot be right; nothing was sent",
            "3:the Kafka cluster cannot be reached, or refuses the caller",
            "4:there is no such federation, model or version",
            "6:the job has refused the command; nothing has changed",
            "7:no job has answered in time; the command stays on the log and is obeyed when a job"
                    + " runs"
        })
final class ControlCommands {

    /** A command to the job, which answers it. */
    abstract static class Request implements Callable<Integer> {

        @Spec private CommandSpec spec;
        @Mixin private ControlRequest request;

        final int send(Kind kind, String subject, String value) throws InterruptedException {
            return request.send(spec, kind, subject, value);
        }
    }

    /** {@code tributary control pause}. */
    @Command(
            name = "pause",
            description = "Lets the open round end, and plans no other until resumed.",
            mixinStandardHelpOptions = true)
    static final class Pause extends Request {

        @Override
        public Integer call() throws Exception {
            return send(Kind.PAUSE, "", "");
        }
    }

    /** {@code tributary control resume}. */
    @Command(
            name = "resume",
            description = "Plans rounds again, after a pause or the round to stop after.",
            mixinStandardHelpOptions = true)
    static final class Resume extends Request {

        @Override
        public Integer call() throws Exception {
            return send(Kind.RESUME, "", "");
        }
    }

    /** {@code tributary control evict}. */
    @Command(
            name = "evict",
            description = {
                "Shuts a silo out: what it sends is refused, and no round is planned for it.",
                "What has been accepted of it stays accepted. Nothing is taken from it: its topic"
                        + " and its credentials are for the cluster's administrator to close."
            },
            mixinStandardHelpOptions = true)
    static final class Evict extends Request {

        @Parameters(paramLabel = "SILO", description = "Silo id.")
        private String silo;

        @Override
        public Integer call() throws Exception {
            return send(Kind.EVICT, FederationTopics.checkSilo(silo), "");
        }
    }

    /** {@code tributary control readmit}. */
    @Command(
            name = "readmit",
            description = "Lets an evicted silo take part again.",
            mixinStandardHelpOptions = true)
    static final class Readmit extends Request {

        @Parameters(paramLabel = "SILO", description = "Silo id.")
        private String silo;

        @Override
        public Integer call() throws Exception {
            return send(Kind.READMIT, FederationTopics.checkSilo(silo), "");
        }
    }

    /** What can be set, for the help. */
    static final class Keys extends ArrayList<String> {

        private static final long serialVersionUID = 1;

        Keys() {
            super(PlanSetting.keys());
        }
    }

    /** {@code tributary control set}. */
    @Command(
            name = "set",
            description = {
                "Changes a setting of the job from the next round's plan on.",
                "It takes the place of the job's option of that name, also in jobs that are started"
                        + " later."
            },
            mixinStandardHelpOptions = true)
    static final class Set extends Request {

        @Parameters(
                paramLabel = "KEY=VALUE",
                completionCandidates = Keys.class,
                description =
                        "One of ${COMPLETION-CANDIDATES}; values as in the job's options, for"
                                + " instance 'round.deadline=5 min', but a round.quorum of 0 for"
                                + " round.min-silos.")
        private String setting;

        @Override
        public Integer call() throws Exception {
            var change = SettingText.parse(setting);
            return send(Kind.CHANGE_PLAN, change.key(), change.value());
        }
    }

    /** {@code tributary control stop}. */
    @Command(
            name = "stop",
            description = "Plans no round after this one, until resumed.",
            mixinStandardHelpOptions = true)
    static final class Stop extends Request {

        @Option(
                names = "--after",
                paramLabel = "ROUND",
                required = true,
                description = "The last round.")
        private int round;

        @Override
        public Integer call() throws Exception {
            Require.atLeast(1, "--after", round);
            return send(Kind.STOP, String.valueOf(round), "");
        }
    }

    /** {@code tributary control log}. */
    @Command(
            name = "log",
            description = "Shows what operators have asked for, and what became of it.",
            mixinStandardHelpOptions = true)
    static final class Log implements Callable<Integer> {

        private static final Duration TIMEOUT = Duration.ofMinutes(2);

        @Spec private CommandSpec spec;
        @Mixin private FederationOptions federation;
        @Mixin private ModelOption model;

        @Option(names = "--json", description = "Print JSON.")
        private boolean json;

        @Override
        public Integer call() throws Exception {
            var name = model.name();
            var commands =
                    new ControlAudit(federation.reached(), federation.topics(), TIMEOUT)
                            .commands(name);
            var out = spec.commandLine().getOut();
            if (json) {
                out.println(ControlReport.json(commands).toPrettyString());
            } else if (commands.isEmpty()) {
                out.println("no commands to model " + name);
            } else {
                out.print(ControlReport.text(commands));
                out.flush();
            }
            return ExitCode.OK;
        }
    }
}
