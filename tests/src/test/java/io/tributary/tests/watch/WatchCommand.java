package io.tributary.tests.watch;

import io.tributary.tests.process.OrderlyEnd;
import io.tributary.tests.process.StalledException;
import io.tributary.tests.process.WorkFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code tributary drill watch}. */
@Command(
        name = "watch",
        description = {
            "Runs a federation of separate processes under the eyes of a real Prometheus, asks it"
                    + " all that the dashboards ask, and checks that every panel has data and"
                    + " that no alert fires."
        },
        mixinStandardHelpOptions = true)
public final class WatchCommand implements Callable<Integer> {

    private static final int FAILURE = 1;

    @Spec private CommandSpec spec;

    @Option(
            names = "--report",
            paramLabel = "FILE",
            description = "Write the table of panels and values there, too.")
    private @Nullable Path report;

    @Option(
            names = "--output",
            paramLabel = "DIR",
            description = "Keep logs of all processes and their data here.")
    private @Nullable Path output;

    @Override
    public Integer call() throws Exception {
        if (Prometheus.installed().isEmpty()) {
            throw new ParameterException(spec.commandLine(), Prometheus.MISSING);
        }
        return OrderlyEnd.of(this::run);
    }

    private int run() throws IOException, InterruptedException {
        var out = spec.commandLine().getOut();
        try (var folder = WorkFolder.open("drill", output)) {
            try {
                var result = new WatchRun(folder.work(), folder.logs(), out::println).run();
                var table = PanelTable.lines(result.answers());
                table.forEach(out::println);
                if (report != null) {
                    Files.write(report, table);
                }
                out.println();
                out.println(
                        "Queries %s, without data %s"
                                .formatted(result.answers().size(), result.empty().size()));
                result.lost().forEach(target -> out.println("Cannot be scraped: " + target));
                result.broken().forEach(rule -> out.println("Cannot be evaluated: " + rule));
                out.println("Alerts firing " + result.firing().size());
                result.firing().forEach(alert -> out.println("  " + alert));
                if (result.isGood()) {
                    return 0;
                }
            } catch (StalledException | RuntimeException e) {
                if (Thread.currentThread().isInterrupted()) {
                    return FAILURE;
                }
                out.println("The drill has failed: " + e.getMessage());
            }
            folder.keep();
            out.println("Logs of all processes: " + folder.logs());
            return FAILURE;
        }
    }
}
