package io.tributary.operators.figures;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.operators.Altered;
import io.tributary.operators.SmallFederation;
import io.tributary.operators.round.RoundPolicy;
import io.tributary.schemas.model.CohortMember;
import io.tributary.schemas.model.Measurement;
import io.tributary.schemas.model.ModelVersion;
import java.util.List;
import org.junit.jupiter.api.Test;

class VersionFiguresTest {

    private static final Measurement NORM = new Measurement(RoundPolicy.COMBINED_DELTA_NORM, 2.5);

    @Test
    void aVersionMadeOfUpdatesTellsItsStep() {
        var manifest = made(7, List.of(member("ash", 7, 3), member("birch", 6, 4)), List.of(NORM));

        assertThat(VersionFigures.of(manifest, 2_900, 3_500))
                .isEqualTo(
                        new VersionFigures(
                                7, 2_900, new StepFigures(7, 2, 1, 2.5, 2.5 / 3.5, 2.5)));
    }

    /** Of a genesis, of a version that came back, and of a manifest that does not tell. */
    @Test
    void aVersionThatWasGivenHasNoStep() {
        var given = new VersionFigures(7, 2_900, null);

        assertThat(VersionFigures.of(made(7, List.of(), List.of(NORM)), 2_900, 3_500))
                .isEqualTo(given);
        assertThat(
                        VersionFigures.of(
                                made(7, List.of(member("ash", 7, 3)), List.of()), 2_900, 3_500))
                .isEqualTo(given);
    }

    private static ModelVersion made(
            int version, List<CohortMember> cohort, List<Measurement> measurements) {
        var manifest = Altered.copy(SmallFederation.version(version), "cohort", cohort);
        manifest = Altered.copy(manifest, "measurements", measurements);
        return Altered.copy(manifest, "chunksSinceMillis", 1_000L);
    }

    private static CohortMember member(String silo, int round, double norm) {
        return new CohortMember(silo, "", round, 1, round - 1, 0.5, 1, 1, 1, norm, 1);
    }
}
