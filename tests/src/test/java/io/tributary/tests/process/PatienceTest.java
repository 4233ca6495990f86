package io.tributary.tests.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PatienceTest {

    private final AtomicInteger looks = new AtomicInteger();

    @AfterEach
    void forgetAnInterruption() {
        var unused = Thread.interrupted();
    }

    @Test
    void aFailureCountsAsNotYet() throws Exception {
        Patience.require(
                "an answer",
                Duration.ofMinutes(1),
                () -> {
                    if (looks.incrementAndGet() == 1) {
                        throw new IOException("refused");
                    }
                    return true;
                });

        assertThat(looks).hasValue(2);
    }

    @Test
    void whatStoodInTheWayLastIsTheCauseAndIsNamed() {
        var refused = new ExecutionException(new IOException("refused by the broker"));

        assertThatThrownBy(
                        () ->
                                Patience.require(
                                        "the submission",
                                        Duration.ZERO,
                                        () -> {
                                            throw refused;
                                        }))
                .isInstanceOf(StalledException.class)
                .hasMessage("the submission did not happen within 0 s: refused by the broker")
                .hasCause(refused);
    }

    @Test
    void whatDoesNotComeAboutIsNamed() {
        assertThatThrownBy(() -> Patience.require("version 3", Duration.ZERO, () -> false))
                .isInstanceOf(StalledException.class)
                .hasMessage("version 3 did not happen within 0 s")
                .hasNoCause();
    }

    @Test
    void whatCanNeverComeAboutIsNotWaitedFor() {
        var hopeless = new StalledException("the job cannot be submitted", null);

        assertThatThrownBy(
                        () ->
                                Patience.require(
                                        "the submission",
                                        Duration.ofMinutes(1),
                                        () -> {
                                            looks.incrementAndGet();
                                            throw hopeless;
                                        }))
                .isSameAs(hopeless);
        assertThat(looks).hasValue(1);
    }

    @Test
    void anInterruptionEndsTheWait() {
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> Patience.require("version 3", Duration.ofMinutes(1), () -> false))
                .isInstanceOf(Interrupted.class);
    }
}
