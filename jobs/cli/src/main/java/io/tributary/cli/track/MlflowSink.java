package io.tributary.cli.track;

import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One run of an MLflow experiment, found again by its tags {@code tributary.federation} and {@code
 * tributary.model}. It is running while this is open.
 */
public final class MlflowSink implements TrackingSink {

    private final MlflowClient client;
    private final String place;
    private final String run;
    private final Clock clock;
    private final Map<String, Integer> lastSteps;

    /** Whether a request failed, and may have been obeyed nevertheless. */
    private boolean uncertain;

    private MlflowSink(
            MlflowClient client,
            String place,
            String run,
            Clock clock,
            Map<String, Integer> lastSteps) {
        this.client = client;
        this.place = place;
        this.run = run;
        this.clock = clock;
        this.lastSteps = lastSteps;
    }

    /**
     * Opens the run, or begins it.
     *
     * @param server where the server is
     * @param experiment made if it is not there
     * @param environment where credentials are, as for MLflow's own clients
     * @throws IOException if the server does not answer, or refuses
     */
    public static MlflowSink open(
            URI server,
            String experiment,
            String federation,
            String model,
            Map<String, String> environment,
            Clock clock)
            throws IOException, InterruptedException {
        var client = new MlflowClient(server, environment);
        var tags = new TreeMap<String, String>();
        tags.put("tributary.federation", federation);
        tags.put("tributary.model", model);
        var id = client.experiment(experiment);
        var known = client.run(id, tags);
        String run;
        if (known.isPresent()) {
            run = known.get();
            client.resume(run);
        } else {
            run = client.createRun(id, federation + "/" + model, tags, clock.millis());
        }
        var place = "MLflow run %s of %s at %s".formatted(run, experiment, server);
        return new MlflowSink(client, place, run, clock, client.lastSteps(run));
    }

    @Override
    public String place() {
        return place;
    }

    @Override
    public Map<String, Integer> lastSteps() {
        return Collections.unmodifiableMap(lastSteps);
    }

    @Override
    public void write(List<Point> points) throws IOException, InterruptedException {
        if (uncertain) {
            lastSteps.putAll(client.lastSteps(run));
        }
        uncertain = true;
        for (int first = 0; first < points.size(); first += MlflowClient.MOST_METRICS) {
            int end = Math.min(points.size(), first + MlflowClient.MOST_METRICS);
            var batch =
                    points.subList(first, end).stream()
                            .filter(p -> p.step() > lastSteps.getOrDefault(p.series(), -1))
                            .toList();
            if (!batch.isEmpty()) {
                client.log(run, batch);
                batch.forEach(p -> lastSteps.put(p.series(), p.step()));
            }
        }
        uncertain = false;
    }

    @Override
    public void close() throws IOException {
        try {
            client.finish(run, clock.millis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
