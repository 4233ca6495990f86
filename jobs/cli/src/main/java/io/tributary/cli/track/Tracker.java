package io.tributary.cli.track;

import io.tributary.cli.watch.FederationSnapshot;
import io.tributary.cli.watch.VersionSnapshot;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Brings what a federation's log says of its versions to where it is looked at, each point once:
 * what a sink has is not written again, whoever wrote it and however often this was started.
 */
public final class Tracker {

    private final List<TrackingSink> sinks;
    private final Consumer<String> say;
    private final Set<TrackingSink> failing = new HashSet<>();
    private boolean checked;

    /**
     * @param say told what happens, a line at a time
     */
    public Tracker(List<TrackingSink> sinks, Consumer<String> say) {
        this.sinks = List.copyOf(sinks);
        this.say = say;
    }

    /**
     * Writes what is new. A sink that fails is told of once, and tried again by the next call.
     *
     * @throws IllegalArgumentException if a sink has points of versions that the log does not have:
     *     they are another federation's
     */
    public void follow(FederationSnapshot now) throws InterruptedException {
        check(now);
        for (var sink : sinks) {
            try {
                write(sink, VersionPoints.of(now, false));
                if (failing.remove(sink)) {
                    say.accept(sink.place() + ": goes on");
                }
            } catch (IOException e) {
                if (failing.add(sink)) {
                    say.accept("%s: %s; tries again".formatted(sink.place(), e.getMessage()));
                }
            }
        }
    }

    /**
     * Writes all there is, without waiting for evaluations that are missing.
     *
     * @throws IOException if a sink fails
     * @throws IllegalArgumentException if a sink has points of versions that the log does not have:
     *     they are another federation's
     */
    public void finish(FederationSnapshot now) throws IOException, InterruptedException {
        check(now);
        for (var sink : sinks) {
            write(sink, VersionPoints.of(now, true));
        }
    }

    private void write(TrackingSink sink, List<Point> points)
            throws IOException, InterruptedException {
        var last = sink.lastSteps();
        var fresh =
                points.stream().filter(p -> p.step() > last.getOrDefault(p.series(), -1)).toList();
        if (fresh.isEmpty()) {
            return;
        }
        sink.write(fresh);
        say.accept("%s: %s points of %s".formatted(sink.place(), fresh.size(), versions(fresh)));
    }

    private static String versions(List<Point> points) {
        var steps = points.stream().mapToInt(Point::step).summaryStatistics();
        return steps.getMin() == steps.getMax()
                ? "version " + steps.getMin()
                : "versions %s to %s".formatted(steps.getMin(), steps.getMax());
    }

    private void check(FederationSnapshot now) {
        if (checked) {
            return;
        }
        int newest = now.newestVersion().map(VersionSnapshot::version).orElse(-1);
        for (var sink : sinks) {
            int last = sink.lastSteps().values().stream().mapToInt(s -> s).max().orElse(-1);
            if (last > newest) {
                throw new IllegalArgumentException(
                        "%s has points up to version %s, but the newest version of %s is %s: they are of another federation of that name; choose another place"
                                .formatted(
                                        sink.place(),
                                        last,
                                        now.model(),
                                        newest < 0 ? "not there" : newest));
            }
        }
        checked = true;
    }
}
