package io.tributary.cli.doctor;

import io.tributary.aggregation.check.Finding;
import io.tributary.cli.transactions.TransactionChoice;
import io.tributary.cli.watch.Figures;
import io.tributary.kafka.transactions.HeldPartition;
import io.tributary.kafka.transactions.OpenTransaction;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;

/** Whether readers wait for a transaction that nobody seems to end. */
public final class TransactionChecks {

    private static final String CHECK = "open transactions";

    private TransactionChecks() {}

    public static Finding of(List<OpenTransaction> open, Instant now) {
        var abandoned =
                open.stream()
                        .filter(t -> t.state() != OpenTransaction.State.ENDING)
                        .filter(t -> t.partitions().stream().anyMatch(HeldPartition::isBlocked))
                        .filter(t -> t.isHanging() || TransactionChoice.objection(t, now) == null)
                        .toList();
        if (abandoned.isEmpty()) {
            return Finding.ok(
                    CHECK, "%s, and nobody waits for an abandoned one".formatted(open.size()));
        }
        return Finding.warning(
                CHECK,
                "readers wait for %s"
                        .formatted(
                                abandoned.stream()
                                        .map(t -> described(t, now))
                                        .collect(Collectors.joining(", "))),
                "wait for the timeout of those that have one, or see 'tributary transactions list' and end them with"
                        + " 'tributary transactions abort'");
    }

    private static String described(OpenTransaction transaction, Instant now) {
        return "%s (%s, silent for %s%s)"
                .formatted(
                        transaction.name(),
                        transaction.owner().text(),
                        clock(transaction.quiet(now).toMillis()),
                        transaction.isHanging()
                                ? ""
                                : ", ends by itself in "
                                        + clock(
                                                transaction
                                                        .timeout()
                                                        .minus(transaction.age(now))
                                                        .toMillis()));
    }

    private static String clock(long millis) {
        return Figures.clock(millis / 1000.0);
    }
}
