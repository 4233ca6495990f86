package io.tributary.tests.watch;

import io.tributary.tests.process.Patience;
import io.tributary.tests.process.StalledException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Runs a federation under the eyes of a real Prometheus with the rules that are given to users, and
 * asks it all that the dashboards ask.
 *
 * @param work folder for what processes keep
 * @param logs folder for what processes write
 * @param out hears how far it is
 */
record WatchRun(Path work, Path logs, Consumer<String> out) {

    private static final Duration PATIENCE = Duration.ofMinutes(4);

    /** Versions to be made at least: that rounds follow each other shows in some panels only. */
    private static final int VERSIONS = 3;

    private static final String VERSION = "tributary_federation_version";

    /**
     * @throws StalledException if the federation does not start
     */
    WatchResult run() throws IOException, InterruptedException, StalledException {
        try (var federation = WatchedFederation.start(work, logs)) {
            out.accept("A federation of processes is running");
            try (var prometheus =
                    Prometheus.start(new ScrapeConfig(federation.ports()), work, logs)) {
                return watch(prometheus);
            }
        }
    }

    private WatchResult watch(Prometheus prometheus)
            throws IOException, InterruptedException, StalledException {
        Patience.require(
                "version " + VERSIONS,
                PATIENCE,
                () ->
                        prometheus.query(VERSION).stream()
                                .anyMatch(version -> version.value() >= VERSIONS));
        out.accept("Version %s is there; asking for all panels".formatted(VERSIONS));
        try {
            Patience.require(
                    "data of every panel",
                    PATIENCE,
                    () -> answers(prometheus).stream().allMatch(Answer::hasData));
        } catch (StalledException e) {
            out.accept("Not every panel has data");
        }
        return new WatchResult(
                answers(prometheus),
                prometheus.query("ALERTS{alertstate=\"firing\"}"),
                prometheus.lost(),
                prometheus.broken());
    }

    private static List<Answer> answers(Prometheus prometheus)
            throws IOException, InterruptedException {
        var answers = new ArrayList<Answer>();
        for (var dashboard : Dashboard.all()) {
            for (var panel : dashboard.queries()) {
                var query = panel.queryOf(WatchedFederation.FEDERATION, WatchedFederation.MODEL);
                answers.add(new Answer(panel, query, prometheus.query(query)));
            }
        }
        return answers;
    }
}
