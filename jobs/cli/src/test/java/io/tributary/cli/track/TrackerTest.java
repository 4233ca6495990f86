package io.tributary.cli.track;

import static io.tributary.cli.watch.Records.MODEL;
import static io.tributary.cli.watch.Records.evaluation;
import static io.tributary.cli.watch.Records.plan;
import static io.tributary.cli.watch.Records.version;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.cli.watch.FederationSnapshot;
import io.tributary.cli.watch.FederationView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrackerTest {

    private static final Map<String, Integer> SILOS = Map.of("ash", 40, "birch", 20);

    @TempDir private Path folder;
    private final List<String> said = new ArrayList<>();

    @Test
    void startedAgainAnywhereItGoesOnWithoutDoublesAndWithoutGaps() throws Exception {
        int rounds = 6;
        for (int until = 1; until <= rounds; until++) {
            try (var sink = open()) { // a process of its own, which has read all of the log
                var tracker = new Tracker(List.of(sink), said::add);
                tracker.follow(federation(until, until - 1));
                tracker.follow(federation(until, until - 1));
                tracker.follow(federation(until, until));
            }
            try (var sink = open()) {
                new Tracker(List.of(sink), said::add).follow(federation(until, until));
            }
        }
        try (var sink = open()) {
            new Tracker(List.of(sink), said::add).finish(federation(rounds, rounds));
        }

        var points = written();

        assertThat(new HashSet<>(points)).hasSameSizeAs(points);
        var expected = new ArrayList<String>();
        VersionPoints.of(federation(rounds, rounds), true)
                .forEach(p -> expected.add(p.series() + " " + p.step()));
        assertThat(points).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void evaluationsThatComeLaterAreAdded() throws Exception {
        try (var sink = open()) {
            var tracker = new Tracker(List.of(sink), said::add);
            tracker.follow(federation(2, 1));
            assertThat(sink.lastSteps())
                    .containsEntry("train_loss/ash", 2)
                    .containsEntry("perplexity/ash", 1);

            tracker.follow(federation(2, 2));
            assertThat(sink.lastSteps()).containsEntry("perplexity/ash", 2);
        }
    }

    @Test
    void aPlaceThatFailsIsTriedAgainAndTheOthersGoOn() throws Exception {
        try (var good = open();
                var bad = new FailingSink()) {
            var tracker = new Tracker(List.of(bad, good), said::add);
            tracker.follow(federation(1, 1));
            tracker.follow(federation(2, 2));
            assertThat(good.lastSteps()).containsEntry("perplexity/all_silos", 2);
            assertThat(said).filteredOn(line -> line.contains("no room")).hasSize(1);

            bad.fails = false;
            tracker.follow(federation(2, 2));

            assertThat(said).contains("the bad place: goes on");
            assertThat(bad.lastSteps()).isEqualTo(good.lastSteps());
        }
    }

    @Test
    void pointsOfAnotherFederationAreNotContinued() throws Exception {
        try (var sink = open()) {
            new Tracker(List.of(sink), said::add).follow(federation(5, 5));
        }
        try (var sink = open()) {
            var tracker = new Tracker(List.of(sink), said::add);
            assertThatThrownBy(() -> tracker.follow(federation(3, 3)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("has points up to version 5")
                    .hasMessageContaining("newest version of main is 3");
        }
    }

    private TensorBoardSink open() throws IOException {
        return TensorBoardSink.open(folder, "news", MODEL, Clock.systemUTC());
    }

    /** What is in the run's file, as series and step. */
    private List<String> written() throws IOException {
        var points = new ArrayList<String>();
        try (var files = Files.list(folder.resolve("news").resolve(MODEL))) {
            for (var file : files.toList()) {
                EventFile.open(
                                file,
                                event ->
                                        event.values()
                                                .keySet()
                                                .forEach(
                                                        tag ->
                                                                points.add(
                                                                        tag + " " + event.step())),
                                0)
                        .close();
            }
        }
        return points;
    }

    private static FederationSnapshot federation(int versions, int evaluated) {
        var view = new FederationView("news");
        view.accept(version(0), 1);
        for (int round = 1; round <= versions; round++) {
            view.accept(plan(round, SILOS), 1000L * round);
            view.accept(version(round, "ash", "birch"), 1000L * round + 500);
        }
        for (int version = 0; version <= evaluated; version++) {
            view.accept("ash", evaluation(version, 100.0 / (version + 1)), 0);
            view.accept("birch", evaluation(version, 200.0 / (version + 1)), 0);
        }
        return view.snapshot(MODEL, 1000L * versions + 900);
    }

    private static final class FailingSink implements TrackingSink {
        private final Map<String, Integer> steps = new HashMap<>();
        private boolean fails = true;

        @Override
        public String place() {
            return "the bad place";
        }

        @Override
        public Map<String, Integer> lastSteps() {
            return steps;
        }

        @Override
        public void write(List<Point> points) throws IOException {
            if (fails) {
                throw new IOException("no room");
            }
            points.forEach(p -> steps.put(p.series(), p.step()));
        }

        @Override
        public void close() {}
    }
}
