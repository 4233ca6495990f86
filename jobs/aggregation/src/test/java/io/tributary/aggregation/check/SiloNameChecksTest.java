package io.tributary.aggregation.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.aggregation.check.Finding.Level;
import io.tributary.kafka.topics.FederationTopics;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SiloNameChecksTest {

    private static final FederationTopics NEWS = new FederationTopics("news");

    @ParameterizedTest
    @CsvSource({"main, main", "genesis, main", "expert-law, expert-law"})
    void aSiloCalledLikeSomethingElseIsWarnedOf(String silo, String model) {
        var findings =
                SiloNameChecks.of(NEWS, model, List.of(NEWS.updates("acme"), NEWS.updates(silo)));

        assertThat(findings)
                .singleElement()
                .satisfies(
                        finding -> {
                            assertThat(finding.level()).isEqualTo(Level.WARNING);
                            assertThat(finding.sentence()).contains("news." + silo + ".");
                        });
    }

    @Test
    void otherNamesAndOtherTopicsAreNotTalkedAbout() {
        var topics =
                List.of(NEWS.genesis(), NEWS.updates("acme"), NEWS.updates("main-street"), "main");

        assertThat(SiloNameChecks.of(NEWS, "main", topics)).isEmpty();
    }
}
