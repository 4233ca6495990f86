package io.tributary.tests.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real Prometheus scrapes a real run. What it is asked is left in target/panels.txt. */
class WatchITCase {

    private static final Path TABLE = Path.of("target", "panels.txt");

    @Test
    void everyPanelHasDataAndNothingFiresWhenNothingIsWrong(@TempDir Path folder) throws Exception {
        assumeTrue(Prometheus.installed().isPresent(), Prometheus.MISSING);
        var work = Files.createDirectories(folder.resolve("work"));
        var logs = Files.createDirectories(folder.resolve("logs"));

        var result = new WatchRun(work, logs, line -> {}).run();

        Files.write(TABLE, PanelTable.lines(result.answers()));
        assertThat(result.empty()).as("panels without data").isEmpty();
        assertThat(result.lost()).as("targets that cannot be scraped").isEmpty();
        assertThat(result.broken()).as("rules that cannot be evaluated").isEmpty();
        assertThat(result.firing()).as("alerts").isEmpty();
    }
}
