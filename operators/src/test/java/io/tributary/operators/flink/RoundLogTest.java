package io.tributary.operators.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.operators.figures.StepFigures;
import io.tributary.schemas.round.RoundOutcome;
import io.tributary.schemas.round.RoundStatus;
import io.tributary.schemas.round.UpdateVerdict;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoundLogTest {

    @Test
    void aLineHasWhatAPersonOnCallAsksFor() {
        var outcome =
                new RoundOutcome(
                        "main",
                        7,
                        RoundStatus.CLOSED,
                        "2 of 4 planned updates were accepted by the deadline, and 1 of earlier"
                                + " rounds",
                        "mean",
                        List.of(
                                verdict("ash", UpdateVerdict.Status.ACCEPTED, 7),
                                verdict("birch", UpdateVerdict.Status.ACCEPTED, 6),
                                verdict("cedar", UpdateVerdict.Status.MISSING, 0),
                                verdict("elder", UpdateVerdict.Status.REJECTED, 0),
                                verdict("fir", UpdateVerdict.Status.ACCEPTED, 7)),
                        10_000,
                        50_000);
        var step = new StepFigures(7, 3, 1, 0.012509, 0.87128, 1.5);

        assertThat(RoundLog.closed(outcome, step, 51_234))
                .isEqualTo(
                        "round closed: round=7 version=7 cohort=3 late=1 rejected=1 missing=1"
                                + " seconds=41.23 combinedNorm=0.01251 consensus=0.8713");
    }

    private static UpdateVerdict verdict(String silo, UpdateVerdict.Status status, int round) {
        return new UpdateVerdict(silo, status, round, 1, 40_000);
    }
}
