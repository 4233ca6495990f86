package io.tributary.cli.transactions;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.kafka.topics.FederationTopics;
import io.tributary.kafka.transactions.HeldPartition;
import io.tributary.kafka.transactions.OpenTransaction;
import io.tributary.kafka.transactions.OpenTransaction.State;
import io.tributary.kafka.transactions.TransactionOwner;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TransactionChoiceTest {

    private static final FederationTopics TOPICS = new FederationTopics("demo");
    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

    private final OpenTransaction upload = open("demo.acme.updates", 600, 300);
    private final OpenTransaction sink = open("demo.main.aggregation.models.x", 10, 2);
    private final OpenTransaction hanging = open(null, 3600, 3600);
    private final List<OpenTransaction> all = List.of(hanging, upload, sink);

    @Test
    void whatIsGivenMustAllBeTrue() {
        assertThat(among(null, null, null)).isEqualTo(all);
        assertThat(among("demo.acme.updates", null, null)).containsExactly(upload);
        assertThat(among(null, "acme", null)).containsExactly(upload);
        assertThat(among(null, "bolt", null)).isEmpty();
        assertThat(among(null, null, Duration.ofSeconds(600))).containsExactly(hanging, upload);
        assertThat(among(null, null, Duration.ofSeconds(601))).containsExactly(hanging);
        assertThat(among(null, "acme", Duration.ofSeconds(601))).isEmpty();
    }

    @Test
    void aProducerThatHasJustWrittenIsNotShutOutUnasked() {
        assertThat(TransactionChoice.objection(upload, NOW)).isNull();
        assertThat(TransactionChoice.objection(sink, NOW)).contains("2 s ago", "alive");
        assertThat(TransactionChoice.objection(open("demo.a.updates", 99, 60), NOW)).isNull();
        assertThat(TransactionChoice.objection(open("demo.a.updates", 99, 59), NOW)).isNotNull();
    }

    @Test
    void whatTheCoordinatorDoesNotKnowMayOnlyBeInvisible() {
        assertThat(TransactionChoice.objection(hanging, NOW)).contains("may not see its id");
    }

    /** It wrote 2 s ago, but its end is decided: neither an objection nor a question. */
    @Test
    void whatTheBrokerIsEndingAlreadyIsLeftAlone() {
        var ending = open("demo.bolt.updates", 10, 2, State.ENDING);

        var plan = AbortPlan.of(List.of(ending, upload));

        assertThat(plan.ending()).containsExactly(ending);
        assertThat(plan.open()).containsExactly(upload);
        assertThat(plan.objections(NOW)).isEmpty();
        assertThat(AbortPlan.of(List.of(upload, sink)).objections(NOW))
                .singleElement()
                .isEqualTo(TransactionChoice.objection(sink, NOW));
    }

    @Test
    void peopleReadWhatIsHeldWhereAndForHowLong() {
        assertThat(TransactionText.of(List.of(upload), NOW).lines())
                .containsExactly(
                        "demo.acme.updates: upload of silo acme, open",
                        "  open for 10:00 of at most 15:00, last record 5:00 ago",
                        "  holds readers of demo.updates.acme-1 at 5, of 9",
                        "  on demo.updates.acme-2 from 7, behind another that holds readers at 6",
                        "  no record on demo.updates.acme-3 yet");
        assertThat(TransactionText.of(List.of(hanging), NOW))
                .contains("producer 7:", "last record 1:00:00 ago; nothing ends it by itself");
        assertThat(TransactionText.freed(upload))
                .isEqualTo(
                        "aborted demo.acme.updates: readers go on in demo.updates.acme-1 from 5");
    }

    private List<OpenTransaction> among(
            @Nullable String id, @Nullable String silo, @Nullable Duration olderThan) {
        return new TransactionChoice(id, silo, olderThan).among(all, NOW);
    }

    private static OpenTransaction open(@Nullable String id, long age, long quiet) {
        return open(id, age, quiet, id == null ? State.HANGING : State.ONGOING);
    }

    private static OpenTransaction open(@Nullable String id, long age, long quiet, State state) {
        return new OpenTransaction(
                id,
                TransactionOwner.of(TOPICS, id),
                7,
                state,
                NOW.minusSeconds(age),
                NOW.minusSeconds(quiet),
                Duration.ofMinutes(15),
                List.of(
                        new HeldPartition("demo.updates.acme", 1, 5, 5, 9),
                        new HeldPartition("demo.updates.acme", 2, 7, 6, 9),
                        new HeldPartition("demo.updates.acme", 3, -1, 6, 6)));
    }
}
