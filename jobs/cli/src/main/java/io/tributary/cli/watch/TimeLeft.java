package io.tributary.cli.watch;

import java.util.OptionalDouble;

/** How long the rest of the rounds will take, judged by the last few. */
final class TimeLeft {

    /** Rounds to judge by: silos slow down and speed up. */
    private static final int JUDGED = 5;

    private TimeLeft() {}

    /**
     * @param totalRounds round to end with; 0 if that is not known
     * @return seconds; empty until a round is done, or if there is no end
     */
    static OptionalDouble seconds(FederationSnapshot snapshot, int totalRounds) {
        var done = snapshot.rounds().stream().filter(r -> r.seconds().isPresent()).toList();
        if (done.isEmpty() || totalRounds == 0) {
            return OptionalDouble.empty();
        }
        var judged = done.subList(Math.max(0, done.size() - JUDGED), done.size());
        var last = done.get(done.size() - 1);
        long endedMillis = last.version().appendMillis();
        double span = (endedMillis - judged.get(0).plannedMillis()) / 1000.0;
        int rounds = last.round() - judged.get(0).round() + 1;
        double sinceLast = Math.max(0, snapshot.atMillis() - endedMillis) / 1000.0;
        double left = (totalRounds - last.round()) * span / rounds - sinceLast;
        return OptionalDouble.of(Math.max(0, left));
    }
}
