package io.tributary.cli;

import io.tributary.cli.dashboard.Dashboard;
import io.tributary.silo.text.Tokenizer;
import java.io.IOException;
import java.net.BindException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tributary dashboard}. */
@Command(
        name = "dashboard",
        description =
                "Shows a federation on a web page that updates by itself, and to Prometheus under"
                        + " /metrics, until Ctrl-C.",
        mixinStandardHelpOptions = true)
final class DashboardCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;
    @Mixin private FederationOptions federation;

    @Option(
            names = "--port",
            paramLabel = "N",
            defaultValue = "" + Dashboard.PORT,
            description = "Port to listen on; 0 for any that is free (default: ${DEFAULT-VALUE}).")
    private int port;

    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            defaultValue = Dashboard.LOOPBACK,
            description =
                    "Address to listen on. Whoever reaches it sees everything; there is no password"
                            + " (default: ${DEFAULT-VALUE}).")
    private String host;

    @Option(
            names = "--tokenizer",
            paramLabel = "FILE",
            description =
                    "tokenizer.json the models were trained with, for downloads (default: bytes).")
    private @Nullable Path tokenizer;

    @Option(
            names = "--history",
            paramLabel = "N",
            defaultValue = "" + Dashboard.HISTORY,
            description =
                    "How far back to read at the start, in records of each partition (default:"
                            + " ${DEFAULT-VALUE}).")
    private int history;

    @Override
    public Integer call() throws Exception {
        Require.atLeast(0, "--port", port);
        Require.atMost(65_535, "--port", port);
        Require.atLeast(1, "--history", history);
        var stop = new CountDownLatch(1);
        try (var text = InputException.reading(() -> Tokenizer.open(tokenizer))) {
            StopOnExit.with(
                    stop::countDown,
                    () -> {
                        try (var page = start(text)) {
                            announce(page);
                            stop.await();
                        }
                    });
        }
        return ExitCode.OK;
    }

    private Dashboard start(Tokenizer text) throws IOException, InterruptedException {
        try {
            return Dashboard.start(
                    federation.reached(), federation.topics(), text, host, port, history);
        } catch (BindException e) {
            throw new IllegalArgumentException(
                    "cannot listen on port %s of %s: %s; choose another --port"
                            .formatted(port, host, e.getMessage()),
                    e);
        }
    }

    private void announce(Dashboard page) {
        var out = spec.commandLine().getOut();
        out.printf(
                "Live page of federation %s: %s%n", federation.topics().federation(), page.url());
        if (page.isPublic()) {
            out.println(
                    "It has no password: put it behind a proxy that asks for one, if others can reach this machine.");
        }
        out.flush();
    }
}
