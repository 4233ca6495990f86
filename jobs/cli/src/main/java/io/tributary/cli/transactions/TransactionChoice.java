package io.tributary.cli.transactions;

import io.tributary.kafka.topics.FederationTopics;
import io.tributary.kafka.transactions.OpenTransaction;
import io.tributary.kafka.transactions.TransactionOwner;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which transactions are meant: those for which all that is given is true.
 *
 * @param id its transactional id; null for any
 * @param silo whose upload it is; null for anybody's
 * @param olderThan how long it has been open at least; null for any time
 */
public record TransactionChoice(
        @Nullable String id, @Nullable String silo, @Nullable Duration olderThan) {

    /** A producer that wrote so recently is taken for alive. */
    private static final Duration ALIVE = Duration.ofMinutes(1);

    public TransactionChoice {
        if (silo != null) {
            FederationTopics.checkSilo(silo);
        }
        if (olderThan != null && olderThan.isNegative()) {
            throw new IllegalArgumentException(
                    "--older-than must not be negative, got " + olderThan);
        }
    }

    /** Whether nothing is given: all transactions. */
    public boolean isEverything() {
        return id == null && silo == null && olderThan == null;
    }

    public List<OpenTransaction> among(List<OpenTransaction> transactions, Instant now) {
        return transactions.stream().filter(transaction -> isMeant(transaction, now)).toList();
    }

    private boolean isMeant(OpenTransaction transaction, Instant now) {
        return (id == null || id.equals(transaction.transactionalId()))
                && (silo == null
                        || transaction
                                .owner()
                                .equals(new TransactionOwner(TransactionOwner.Kind.SILO, silo)))
                && (olderThan == null || transaction.age(now).compareTo(olderThan) >= 0);
    }

    /**
     * Why a transaction should rather be left alone.
     *
     * @return null if nothing speaks against its abort
     */
    public static @Nullable String objection(OpenTransaction transaction, Instant now) {
        if (transaction.isHanging()) {
            return "%s is unknown to its coordinator, which it also is to a caller who may not see its id: aborted behind the coordinator's back, an upload would lose its parts on %s partitions"
                    .formatted(transaction.name(), transaction.partitions().size());
        }
        return transaction.quiet(now).compareTo(ALIVE) < 0
                ? "%s wrote %s s ago: its producer is alive, and would fail"
                        .formatted(
                                transaction.name(), Math.max(0, transaction.quiet(now).toSeconds()))
                : null;
    }
}
