package io.tributary.tests.drill;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Which faults happen when: a function of the seed. A fault is tied to a round and to what the log
 * shows of it, never to a clock, and has its round for itself, so that one schedule means the same
 * on any machine.
 *
 * @param faults in the order of their rounds
 */
record FaultSchedule(List<Fault> faults) {

    FaultSchedule {
        faults = List.copyOf(faults);
    }

    /**
     * Draws a schedule. Kinds take turns, so that with enough faults there is one of each. Outages
     * cost half a minute each: they come once, and last, so that short schedules have none; unless
     * nothing else is asked for.
     *
     * @param kinds what may happen; at least one kind
     * @throws IllegalArgumentException if there are more faults than rounds
     */
    static FaultSchedule draw(long seed, int rounds, int faults, Collection<FaultKind> kinds) {
        if (faults > rounds) {
            throw new IllegalArgumentException(
                    "--faults (%s) must not exceed --rounds (%s): every fault has a round of its own"
                            .formatted(faults, rounds));
        }
        var random = new Random(seed);
        var drawn = kinds(random, faults, kinds);
        var numbers = new ArrayList<>(IntStream.rangeClosed(1, rounds).boxed().toList());
        Collections.shuffle(numbers, random);
        var schedule = new ArrayList<Fault>();
        for (int i = 0; i < faults; i++) {
            var kind = drawn.get(i);
            var moments = kind.moments();
            schedule.add(
                    new Fault(
                            kind,
                            numbers.get(i),
                            moments.get(random.nextInt(moments.size())),
                            random.nextInt(1 << 16),
                            random.nextBoolean()));
        }
        schedule.sort(Comparator.comparingInt(Fault::round));
        return new FaultSchedule(schedule);
    }

    private static List<FaultKind> kinds(Random random, int count, Collection<FaultKind> kinds) {
        var quick = new ArrayList<>(kinds.stream().filter(k -> !k.isOutage()).sorted().toList());
        var outages = new ArrayList<>(kinds.stream().filter(FaultKind::isOutage).sorted().toList());
        var drawn = new ArrayList<FaultKind>();
        while (drawn.size() < count) {
            Collections.shuffle(quick, random);
            drawn.addAll(quick);
            Collections.shuffle(outages, random);
            drawn.addAll(outages);
            if (!quick.isEmpty()) {
                outages.clear();
            }
        }
        return drawn.subList(0, count);
    }
}
