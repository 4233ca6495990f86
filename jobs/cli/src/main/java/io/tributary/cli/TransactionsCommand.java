package io.tributary.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tributary.cli.transactions.AbortPlan;
import io.tributary.cli.transactions.TransactionChoice;
import io.tributary.cli.transactions.TransactionJson;
import io.tributary.cli.transactions.TransactionText;
import io.tributary.kafka.transactions.OpenTransaction;
import io.tributary.kafka.transactions.TransactionAdmin;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tributary transactions}. */
@Command(
        name = "transactions",
        description = {
            "Transactions that are open on the federation's topics, and end them.",
            "Readers stop at the first record of an open transaction. The broker ends one after its"
                    + " own timeout; whoever cannot wait, aborts it."
        },
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {TransactionsCommand.Show.class, TransactionsCommand.Abort.class})
final class TransactionsCommand {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    /** Which ones are meant. */
    static final class Chosen {

        @Option(
                names = "--id",
                paramLabel = "ID",
                description = "The one of this transactional id.")
        private @Nullable String id;

        @Option(
                names = {"-s", "--silo"},
                paramLabel = "ID",
                description = "Uploads of this silo.")
        private @Nullable String silo;

        @Option(
                names = "--older-than",
                paramLabel = "DURATION",
                converter = DurationOption.class,
                description = "Those open for so long at least, for instance 5min.")
        private @Nullable Duration olderThan;

        TransactionChoice choice() {
            return new TransactionChoice(id, silo, olderThan);
        }
    }

    /** {@code tributary transactions list}. */
    @Command(
            name = "list",
            description = {
                "Lists open transactions, the oldest first: whose they are, how long they have been"
                        + " open and may be, and where readers wait for them."
            },
            mixinStandardHelpOptions = true)
    static final class Show implements Callable<Integer> {

        @Spec private CommandSpec spec;
        @Mixin private FederationOptions federation;
        @Mixin private Chosen chosen;

        @Option(names = "--json", description = "Print JSON.")
        private boolean json;

        @Override
        public Integer call() throws Exception {
            var choice = chosen.choice();
            try (var admin =
                    new TransactionAdmin(federation.reached(), federation.topics(), TIMEOUT)) {
                var open = admin.open();
                var now = Clock.systemUTC().instant();
                var meant = choice.among(open, now);
                var out = spec.commandLine().getOut();
                if (json) {
                    out.println(TransactionJson.of(meant, now).toPrettyString());
                } else if (meant.isEmpty()) {
                    out.println(none(choice, federation));
                } else {
                    out.print(TransactionText.of(meant, now));
                    out.flush();
                }
            }
            return ExitCode.OK;
        }
    }

    private static String none(TransactionChoice choice, FederationOptions federation) {
        return "no open transaction%s on the topics of federation %s"
                .formatted(
                        choice.isEverything() ? "" : " of that kind",
                        federation.topics().federation());
    }

    /** {@code tributary transactions abort}. */
    @Command(
            name = "abort",
            description = {
                "Aborts open transactions, so that readers go on. What was written in them is never"
                        + " seen; their producers, if they live, fail at their next request.",
                "A silo uploads again when it is back. A job whose output was aborted notices that"
                        + " it does not appear, and publishes it again."
            },
            mixinStandardHelpOptions = true)
    static final class Abort implements Callable<Integer> {

        @Spec private CommandSpec spec;
        @Mixin private FederationOptions federation;
        @Mixin private Chosen chosen;

        @Option(
                names = {"-y", "--yes"},
                description = "Do not ask.")
        private boolean yes;

        @Option(
                names = "--force",
                description =
                        "Also those that have written within the last minute, or that their"
                                + " coordinator does not know.")
        private boolean force;

        @Option(names = "--json", description = "Print JSON.")
        private boolean json;

        @Override
        public Integer call() throws Exception {
            var choice = chosen.choice();
            if (choice.isEverything()) {
                throw new IllegalArgumentException(
                        "say which: --id, --silo or --older-than; 'tributary transactions list' shows what is open");
            }
            try (var admin =
                    new TransactionAdmin(federation.reached(), federation.topics(), TIMEOUT)) {
                var open = admin.open();
                var now = Clock.systemUTC().instant();
                var meant = choice.among(open, now);
                if (meant.isEmpty()) {
                    none(choice);
                    return ExitCode.OK;
                }
                var plan = AbortPlan.of(meant);
                if (!force) {
                    checkUnobjectionable(plan.objections(now));
                }
                if (!yes && !plan.open().isEmpty() && !isConfirmed(plan.open(), now)) {
                    spec.commandLine().getErr().println("nothing was aborted");
                    return ExitCode.FAILURE;
                }
                abort(admin, plan, now);
            }
            return ExitCode.OK;
        }

        private void none(TransactionChoice choice) {
            if (choice.id() != null) {
                throw new NotFoundException(
                        "transaction %s is not open on the topics of federation %s"
                                .formatted(choice.id(), federation.topics().federation()));
            }
            spec.commandLine()
                    .getOut()
                    .println(json ? "[]" : TransactionsCommand.none(choice, federation));
        }

        private static void checkUnobjectionable(List<String> objections) {
            if (!objections.isEmpty()) {
                throw new IllegalArgumentException(
                        "%s; nothing was aborted: see what writes it, or add --force"
                                .formatted(String.join("; ", objections)));
            }
        }

        private boolean isConfirmed(List<OpenTransaction> meant, Instant now) throws IOException {
            var err = spec.commandLine().getErr();
            err.print(TransactionText.of(meant, now));
            return Confirmation.ask(
                    err,
                    meant.size() == 1 ? "Abort it?" : "Abort these %s?".formatted(meant.size()));
        }

        private void abort(TransactionAdmin admin, AbortPlan plan, Instant now) {
            ArrayNode done = JsonNodeFactory.instance.arrayNode();
            for (var transaction : plan.ending()) {
                done.add(TransactionJson.of(transaction, now).put("aborted", false));
                say(transaction.name() + " is being ended by the broker: left alone");
            }
            for (var transaction : plan.open()) {
                boolean aborted = admin.abort(transaction);
                done.add(TransactionJson.of(transaction, now).put("aborted", aborted));
                say(
                        aborted
                                ? TransactionText.freed(transaction)
                                : transaction.name() + " has ended by itself, or is about to");
            }
            if (json) {
                spec.commandLine().getOut().println(done.toPrettyString());
            }
        }

        private void say(String line) {
            if (!json) {
                spec.commandLine().getOut().println(line);
                spec.commandLine().getOut().flush();
            }
        }
    }
}
