package io.tributary.operators.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.schemas.update.RejectedUpdate;
import io.tributary.schemas.update.RejectionReason;
import org.junit.jupiter.api.Test;

class RejectionLogTest {

    @Test
    void aLineHasReasonSiloAndCoordinates() {
        assertThat(line("value 7 is NaN", new LineLimit.Verdict(true, false, 0)))
                .isEqualTo(
                        "update rejected: silo=acme-eu reason=not-finite model=main round=4"
                                + " attempt=1 chunk=5 partition=2 offset=99: value 7 is NaN");
    }

    @Test
    void itSaysWhatWasLeftOutAndWhatWillBe() {
        assertThat(line("no", new LineLimit.Verdict(true, true, 41)))
                .endsWith(
                        ": no (41 of this silo and reason left out before)"
                                + " (more of this silo and reason are counted only, for a minute)");
    }

    /** Records of a silo are quoted, and a silo may write anything into them. */
    @Test
    void theWordsOfASiloStayInTheirLine() {
        var forged = "bad\nINFO round closed\r\u0085\u2028\u001b[31m\u202Ered";

        assertThat(line(forged, new LineLimit.Verdict(true, false, 0)))
                .endsWith(": bad?INFO round closed????[31m?red");
    }

    private static String line(String detail, LineLimit.Verdict verdict) {
        return RejectionLog.line(
                new RejectedUpdate(
                        "acme-eu",
                        2,
                        99,
                        "main",
                        4,
                        1,
                        5,
                        RejectionReason.NOT_FINITE,
                        detail,
                        1_000),
                verdict);
    }
}
