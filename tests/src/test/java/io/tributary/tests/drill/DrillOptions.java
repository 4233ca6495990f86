package io.tributary.tests.drill;

import java.util.List;
import java.util.stream.IntStream;

/**
 * What a drill is to be.
 *
 * @param rounds versions to make
 * @param faults faults to inject
 * @param kinds what may happen
 * @param seed root of everything random: the schedule, the model, the updates
 * @param rule aggregation rule
 * @param optimizer server optimizer
 * @param silos silos
 * @param attack what the last silo sends instead of an update; empty for an honest one
 */
record DrillOptions(
        int rounds,
        int faults,
        List<FaultKind> kinds,
        long seed,
        String rule,
        String optimizer,
        int silos,
        String attack) {

    static final int FEWEST_SILOS = 4;

    DrillOptions {
        kinds = List.copyOf(kinds);
        if (silos < FEWEST_SILOS || silos > 16) {
            throw new IllegalArgumentException(
                    "--silos must be %s to 16, got %s".formatted(FEWEST_SILOS, silos));
        }
        if (rounds < 1) {
            throw new IllegalArgumentException("--rounds must be at least 1, got " + rounds);
        }
        if (faults < 0) {
            throw new IllegalArgumentException("--faults must be at least 0, got " + faults);
        }
    }

    FaultSchedule schedule() {
        return FaultSchedule.draw(seed, rounds, faults, kinds);
    }

    /** Their ids, in order. */
    List<String> siloIds() {
        return IntStream.rangeClosed(1, silos).mapToObj("silo-%02d"::formatted).toList();
    }

    /** One silo may be dead and another cut off: the rest is a quorum. */
    int quorum() {
        return silos - 2;
    }

    Attacker attacker() {
        return attack.isEmpty() ? Attacker.NONE : new Attacker(siloIds().get(silos - 1), attack);
    }
}
