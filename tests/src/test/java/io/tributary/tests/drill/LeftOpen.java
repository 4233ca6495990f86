package io.tributary.tests.drill;

import io.tributary.kafka.KafkaConnection;
import io.tributary.kafka.topics.FederationTopics;
import io.tributary.kafka.transactions.OpenTransaction;
import io.tributary.kafka.transactions.TransactionAdmin;
import io.tributary.tests.drill.Violation.Law;
import io.tributary.tests.process.Patience;
import io.tributary.tests.process.StalledException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Whether anything keeps readers of a federation waiting when its work is done. A reader cannot
 * tell by himself: an open transaction only brings the end of what he can read nearer.
 */
final class LeftOpen {

    private static final Duration ANSWER = Duration.ofSeconds(10);

    private LeftOpen() {}

    /**
     * Waits until no transaction is open on the federation's topics.
     *
     * @param longest time after which every transaction has ended, however its producer has died
     * @return one violation for each that has not
     */
    static List<Violation> check(
            KafkaConnection connection, FederationTopics topics, Duration longest) {
        try (var admin = new TransactionAdmin(connection, topics, ANSWER)) {
            return check(admin::open, longest);
        }
    }

    static List<Violation> check(Callable<List<OpenTransaction>> open, Duration longest) {
        var newest = new AtomicReference<List<OpenTransaction>>(List.of());
        try {
            Patience.require(
                    "the end of all transactions",
                    longest,
                    () -> {
                        newest.set(open.call());
                        return newest.get().isEmpty();
                    });
            return List.of();
        } catch (StalledException e) {
            var left = newest.get();
            return left.isEmpty()
                    ? List.of(Violation.of(Law.NOT_BLOCKED, "%s", e.getMessage()))
                    : left.stream().map(t -> violation(t, longest)).toList();
        }
    }

    private static Violation violation(OpenTransaction transaction, Duration longest) {
        return Violation.of(
                Law.NOT_BLOCKED,
                "transaction %s, %s, is %s and has been open since %s: readers wait for it %s s"
                        + " after the last round",
                transaction.name(),
                transaction.owner().text(),
                transaction.state(),
                transaction.started(),
                longest.toSeconds());
    }
}
