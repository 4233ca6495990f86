package io.tributary.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.kafka.client.FederationFollower;
import io.tributary.operators.round.Pace;
import org.junit.jupiter.api.Test;

/** Two numbers that go together, of two modules that do not see each other. */
class StalenessReachTest {

    /**
     * Round <i>r</i> starts from version <i>r-2</i> where rounds overlap; when its update is taken
     * at the latest, version <i>r + LONGEST</i> may be there.
     */
    @Test
    void aSiloStillKnowsTheVersionThatTheLatestUpdateWasTrainedFrom() {
        assertThat(FederationFollower.KEPT).isGreaterThanOrEqualTo(Pace.LONGEST + 3);
    }
}
