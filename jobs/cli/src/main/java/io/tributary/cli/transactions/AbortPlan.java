package io.tributary.cli.transactions;

import io.tributary.kafka.transactions.OpenTransaction;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * What an abort is to make of the transactions that are meant.
 *
 * @param ending those that the broker is ending already: they are left alone, and nobody is asked
 * @param open those to abort
 */
public record AbortPlan(List<OpenTransaction> ending, List<OpenTransaction> open) {

    public static AbortPlan of(List<OpenTransaction> meant) {
        return new AbortPlan(
                meant.stream().filter(OpenTransaction::isEnding).toList(),
                meant.stream().filter(transaction -> !transaction.isEnding()).toList());
    }

    /** Why some of them should rather be left alone; empty if nothing speaks against the abort. */
    public List<String> objections(Instant now) {
        return open.stream()
                .map(transaction -> TransactionChoice.objection(transaction, now))
                .filter(Objects::nonNull)
                .toList();
    }
}
