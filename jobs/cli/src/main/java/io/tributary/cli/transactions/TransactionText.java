package io.tributary.cli.transactions;

import io.tributary.cli.watch.Figures;
import io.tributary.kafka.transactions.HeldPartition;
import io.tributary.kafka.transactions.OpenTransaction;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;

/** Open transactions as people read them: a line about each, and what it holds back below. */
public final class TransactionText {

    private TransactionText() {}

    /** Each line ended. */
    public static String of(List<OpenTransaction> transactions, Instant now) {
        var text = new StringBuilder();
        for (var transaction : transactions) {
            text.append(head(transaction)).append(System.lineSeparator());
            text.append("  ").append(times(transaction, now)).append(System.lineSeparator());
            for (var held : transaction.partitions()) {
                text.append("  ").append(line(held)).append(System.lineSeparator());
            }
        }
        return text.toString();
    }

    private static String head(OpenTransaction transaction) {
        var state =
                switch (transaction.state()) {
                    case ONGOING -> "open";
                    case ENDING -> "the broker is ending it";
                    case HANGING -> "unknown to its coordinator, or the caller may not see its id";
                };
        return "%s: %s, %s"
                .formatted(
                        Figures.printable(transaction.name()), transaction.owner().text(), state);
    }

    private static String times(OpenTransaction transaction, Instant now) {
        var written = clock(transaction.quiet(now)) + " ago";
        return transaction.isHanging()
                ? "last record %s; nothing ends it by itself".formatted(written)
                : "open for %s of at most %s, last record %s"
                        .formatted(
                                clock(transaction.age(now)), clock(transaction.timeout()), written);
    }

    private static String line(HeldPartition held) {
        var place = "%s-%s".formatted(held.topic(), held.partition());
        if (held.isBlocked()) {
            return "holds readers of %s at %s, of %s"
                    .formatted(place, held.lastStableOffset(), held.endOffset());
        }
        return held.firstOffset() < 0
                ? "no record on %s yet".formatted(place)
                : "on %s from %s, behind another that holds readers at %s"
                        .formatted(place, held.firstOffset(), held.lastStableOffset());
    }

    /** What readers gain when it has gone. */
    public static String freed(OpenTransaction transaction) {
        var partitions =
                transaction.partitions().stream()
                        .filter(HeldPartition::isBlocked)
                        .map(
                                held ->
                                        "%s-%s from %s"
                                                .formatted(
                                                        held.topic(),
                                                        held.partition(),
                                                        held.lastStableOffset()))
                        .collect(Collectors.joining(", "));
        return "aborted %s%s"
                .formatted(
                        Figures.printable(transaction.name()),
                        partitions.isEmpty() ? "" : ": readers go on in " + partitions);
    }

    static String clock(Duration duration) {
        return Figures.clock(duration.toMillis() / 1000.0);
    }
}
