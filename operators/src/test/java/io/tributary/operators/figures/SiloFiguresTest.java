package io.tributary.operators.figures;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.operators.round.SiloStanding;
import io.tributary.schemas.silo.SiloEvaluation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SiloFiguresTest {

    private static final SiloFigures SILO = SiloFigures.of(SiloStanding.unknown("acme"));

    @Test
    void theNewestEvaluationCounts() {
        var first = new SiloEvaluation("main", 3, 20, 10, 40);
        var second = new SiloEvaluation("main", 4, 10, 10, 40);

        assertThat(SILO.with(first).with(second).evaluation()).isEqualTo(second);
    }

    /** A silo may claim anything. */
    @ParameterizedTest
    @CsvSource({"NaN, 5", "Infinity, 5", "-1, 5", "10, 0", "10, -3"})
    void whatIsNoMeasurementChangesNothing(double nats, long tokens) {
        var before = SILO.with(new SiloEvaluation("main", 3, 20, 10, 40));

        assertThat(before.with(new SiloEvaluation("main", 4, nats, tokens, 40))).isEqualTo(before);
    }
}
