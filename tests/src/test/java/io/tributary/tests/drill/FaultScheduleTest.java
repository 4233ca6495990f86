package io.tributary.tests.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FaultScheduleTest {

    private static final List<FaultKind> ALL = List.of(FaultKind.values());

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 42, -7})
    void theSameSeedGivesTheSameSchedule(long seed) {
        assertThat(FaultSchedule.draw(seed, 50, 30, ALL))
                .isEqualTo(FaultSchedule.draw(seed, 50, 30, ALL))
                .isNotEqualTo(FaultSchedule.draw(seed + 1, 50, 30, ALL));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 42, -7})
    void everyKindHappensAndOutagesHappenOnce(long seed) {
        var kinds =
                FaultSchedule.draw(seed, 50, 30, ALL).faults().stream()
                        .collect(Collectors.groupingBy(Fault::kind, Collectors.counting()));

        assertThat(kinds.keySet()).containsExactlyInAnyOrderElementsOf(ALL);
        assertThat(kinds)
                .allSatisfy(
                        (kind, count) -> {
                            if (kind.isOutage()) {
                                assertThat(count).isEqualTo(1);
                            } else {
                                assertThat(count).isGreaterThanOrEqualTo(2);
                            }
                        });
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 42, -7})
    void everyFaultHasARoundOfItsOwnAndAMomentOfItsKind(long seed) {
        var faults = FaultSchedule.draw(seed, 50, 30, ALL).faults();

        assertThat(faults).hasSize(30).allMatch(f -> f.kind().moments().contains(f.moment()));
        assertThat(faults)
                .extracting(Fault::round)
                .doesNotHaveDuplicates()
                .isSorted()
                .allMatch(round -> round >= 1 && round <= 50);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 42, -7})
    void aShortScheduleHasNoOutages(long seed) {
        assertThat(FaultSchedule.draw(seed, 8, 8, ALL).faults())
                .extracting(Fault::kind)
                .doesNotHaveDuplicates()
                .noneMatch(FaultKind::isOutage);
    }

    @Test
    void onlyWhatIsAskedForHappens() {
        var outages = List.of(FaultKind.BROKER_OUTAGE);

        assertThat(FaultSchedule.draw(1, 9, 3, outages).faults())
                .extracting(Fault::kind)
                .containsOnly(FaultKind.BROKER_OUTAGE);
    }

    @Test
    void moreFaultsThanRoundsAreRefused() {
        assertThatThrownBy(() -> FaultSchedule.draw(1, 8, 9, ALL))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("--faults (9) must not exceed --rounds (8)");
    }

    @Test
    void everyKindHasANameThatIsReadBack() {
        assertThat(ALL).allMatch(kind -> FaultKind.parse(kind.option()) == kind);
        assertThat(Set.copyOf(ALL.stream().map(FaultKind::option).toList())).hasSameSizeAs(ALL);
    }
}
