package io.tributary.cli.track;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One run of TensorBoard, {@code <federation>/<model>} in a log directory, in one event file of its
 * own name: {@code tensorboard --logdir DIR} shows it, beside whatever else is there.
 */
public final class TensorBoardSink implements TrackingSink {

    private static final String FIRST = "events.out.tfevents.";
    private static final String LAST = ".tributary";

    private final Path run;
    private final EventFile file;
    private final Map<String, Integer> lastSteps = new HashMap<>();

    private TensorBoardSink(Path run, Path file, Clock clock) throws IOException {
        this.run = run;
        this.file = EventFile.open(file, this::accept, clock.millis() / 1000.0);
    }

    /**
     * Opens the run, or begins it.
     *
     * @param directory log directory; made if it is not there
     * @throws IOException if it cannot be written to, another process writes to it, or what is
     *     there is damaged
     */
    public static TensorBoardSink open(Path directory, String federation, String model, Clock clock)
            throws IOException {
        var run = directory.resolve(federation).resolve(model);
        Files.createDirectories(run);
        var known = new ArrayList<Path>();
        try (var files = Files.newDirectoryStream(run, FIRST + "*" + LAST)) {
            files.forEach(known::add);
        }
        Collections.sort(known);
        var file =
                known.isEmpty()
                        ? run.resolve(FIRST + "%010d".formatted(clock.millis() / 1000) + LAST)
                        : known.get(0);
        return new TensorBoardSink(run, file, clock);
    }

    private void accept(TensorBoardEvent event) {
        event.values().keySet().forEach(tag -> lastSteps.merge(tag, (int) event.step(), Math::max));
    }

    @Override
    public String place() {
        return "TensorBoard in " + run;
    }

    @Override
    public Map<String, Integer> lastSteps() {
        return Collections.unmodifiableMap(lastSteps);
    }

    @Override
    public void write(List<Point> points) throws IOException {
        var events = new TreeMap<Integer, TensorBoardEvent>();
        for (var point : points) {
            events.computeIfAbsent(
                            point.step(),
                            step ->
                                    new TensorBoardEvent(
                                            point.timeMillis() / 1000.0,
                                            step,
                                            "",
                                            new LinkedHashMap<>()))
                    .values()
                    .put(point.series(), (float) point.value());
        }
        file.append(List.copyOf(events.values()));
        events.values().forEach(this::accept);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
