package io.tributary.cli;

import io.tributary.cli.watch.FederationObserver;
import io.tributary.cli.watch.ProgressViews;
import io.tributary.cli.watch.StatusJson;
import io.tributary.cli.watch.StatusText;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tributary status}. */
@Command(
        name = "status",
        description = "Shows rounds, silos, versions and rejections of a federation.",
        mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {

    private static final Duration TIMEOUT = Duration.ofMinutes(1);

    /** How far back to look, in records of each partition. */
    private static final int RECENT = 2_000;

    @Spec private CommandSpec spec;
    @Mixin private FederationOptions federation;
    @Mixin private ModelOption model;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Option(
            names = {"-w", "--watch"},
            description = "Go on showing what happens, until Ctrl-C.")
    private boolean watch;

    @Override
    public Integer call() throws Exception {
        if (watch && json) {
            throw new IllegalArgumentException("--watch and --json do not go together");
        }
        try (var observer =
                FederationObserver.recent(
                        federation.reached(), federation.topics(), Clock.systemUTC(), RECENT)) {
            observer.catchUp(TIMEOUT);
            if (watch) {
                var stop = new CountDownLatch(1);
                StopOnExit.with(stop::countDown, () -> watch(observer, stop));
                return ExitCode.OK;
            }
            var snapshot = observer.snapshot(model.name());
            var out = spec.commandLine().getOut();
            if (json) {
                out.println(StatusJson.of(snapshot).toPrettyString());
            } else {
                out.print(StatusText.of(snapshot));
                out.flush();
            }
        }
        return ExitCode.OK;
    }

    private void watch(FederationObserver observer, CountDownLatch stop) {
        try (var view = ProgressViews.open(0, System.getenv())) {
            while (stop.getCount() > 0) {
                view.show(observer.snapshot(model.name()));
                observer.poll(Duration.ofMillis(200));
            }
        }
    }
}
