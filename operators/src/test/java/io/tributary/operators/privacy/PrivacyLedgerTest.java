package io.tributary.operators.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tributary.schemas.model.Measurement;
import java.util.List;
import org.junit.jupiter.api.Test;

class PrivacyLedgerTest {

    private static final double DELTA = 1e-5;
    private static final Measurement OTHER = new Measurement("clipping-norm", 3);

    @Test
    void whoNeverPromisedPrivacyKeepsNoLedger() {
        assertThat(PrivacyLedger.after(List.of(OTHER), true, 0, DELTA)).isEmpty();
    }

    @Test
    void epsilonIsThatOfAllVersionsSoFar() {
        List<Measurement> entries = List.of(OTHER);
        for (int version = 1; version <= 6; version++) {
            entries = PrivacyLedger.after(entries, version > 1, 1, DELTA);
            assertThat(value(entries, PrivacyLedger.EPSILON))
                    .isCloseTo(RdpAccountant.epsilon(1, version, DELTA), within(1e-12));
        }
        assertThat(value(entries, PrivacyLedger.RHO)).isEqualTo(3);
        assertThat(value(PrivacyLedger.after(entries, true, 2, DELTA), PrivacyLedger.RHO))
                .isEqualTo(3 + 1 / 8.0);
    }

    @Test
    void aVersionWithoutNoiseCannotBeTakenBack() {
        var entries =
                PrivacyLedger.after(
                        PrivacyLedger.after(List.of(), false, 1, DELTA), true, 0, DELTA);
        for (double multiplier : new double[] {0, 1, 1e9}) {
            entries = PrivacyLedger.after(entries, true, multiplier, DELTA);
            assertThat(value(entries, PrivacyLedger.RHO)).isInfinite();
            assertThat(value(entries, PrivacyLedger.EPSILON)).isInfinite();
        }
    }

    /** The versions before promised nothing, so nothing can be said of them. */
    @Test
    void aPromiseOnTopOfVersionsWithoutNoiseIsWorthNothing() {
        var entries = PrivacyLedger.after(List.of(OTHER), true, 1, DELTA);

        assertThat(value(entries, PrivacyLedger.EPSILON)).isInfinite();
    }

    @Test
    void aSmallerDeltaMeansALargerEpsilonOfTheSameLoss() {
        var spent = PrivacyLedger.after(List.of(), false, 1, 1e-3);
        var stricter = PrivacyLedger.after(List.of(), false, 1, 1e-6);

        assertThat(value(stricter, PrivacyLedger.RHO)).isEqualTo(value(spent, PrivacyLedger.RHO));
        assertThat(value(stricter, PrivacyLedger.EPSILON))
                .isGreaterThan(value(spent, PrivacyLedger.EPSILON));
    }

    @Test
    void itsEntriesCanBeToldFromTheOthers() {
        var entries = PrivacyLedger.after(List.of(), false, 1, DELTA);

        assertThat(PrivacyLedger.without(List.of(entries.get(0), OTHER, entries.get(1))))
                .containsExactly(OTHER);
    }

    private static double value(List<Measurement> entries, String name) {
        assertThat(entries).filteredOn(m -> m.name().equals(name)).hasSize(1);
        return entries.stream()
                .filter(m -> m.name().equals(name))
                .findFirst()
                .orElseThrow()
                .value();
    }
}
