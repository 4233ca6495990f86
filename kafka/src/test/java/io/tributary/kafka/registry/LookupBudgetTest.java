package io.tributary.kafka.registry;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LookupBudgetTest {

    private final LookupBudget budget = new LookupBudget();

    @Test
    void someAtOnceAndThenOneEveryWhile() {
        long now = -5; // a clock may begin anywhere
        assertThat(taken("acme", now, 1_000)).isEqualTo(LookupBudget.AT_ONCE);

        now += LookupBudget.REFILL_NANOS / 2;
        assertThat(taken("acme", now, 10)).isZero();
        now += LookupBudget.REFILL_NANOS / 2;
        assertThat(taken("acme", now, 10)).isEqualTo(1);
        now += 3 * LookupBudget.REFILL_NANOS;
        assertThat(taken("acme", now, 10)).isEqualTo(3);
    }

    @Test
    void refusedQuestionsDoNotPutOffTheNextGrantedOne() {
        taken("acme", 0, LookupBudget.AT_ONCE);
        int granted = 0;
        for (int i = 1; i <= 1_000; i++) {
            granted += taken("acme", i * LookupBudget.REFILL_NANOS / 100, 1);
        }
        assertThat(granted).isBetween(9, 10);
    }

    @Test
    void aPauseIsNotSavedUp() {
        taken("acme", 0, 10);

        assertThat(taken("acme", 1_000_000 * LookupBudget.REFILL_NANOS, 1_000))
                .isEqualTo(LookupBudget.AT_ONCE);
    }

    @Test
    void oneOriginDoesNotSpendWhatIsAnothers() {
        taken("acme", 0, 1_000);

        assertThat(taken("globex", 0, 1_000)).isEqualTo(LookupBudget.AT_ONCE);
    }

    @Test
    void whatIsGivenBackCanBeTakenAgainAndNoMore() {
        taken("acme", 0, LookupBudget.AT_ONCE);
        budget.giveBack("acme");
        assertThat(taken("acme", 0, 10)).isEqualTo(1);

        for (int i = 0; i < 2 * LookupBudget.AT_ONCE; i++) {
            budget.giveBack("acme");
        }
        assertThat(taken("acme", 0, 1_000)).isEqualTo(LookupBudget.AT_ONCE);
    }

    private int taken(String origin, long nanos, int asked) {
        int taken = 0;
        for (int i = 0; i < asked; i++) {
            taken += budget.take(origin, nanos) ? 1 : 0;
        }
        return taken;
    }
}
