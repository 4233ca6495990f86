package io.tributary.cli;

import io.tributary.cli.watch.FederationObserver;
import io.tributary.cli.watch.StatusJson;
import io.tributary.cli.watch.StatusText;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Callable;
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

    @Override
    public Integer call() throws Exception {
        try (var observer =
                FederationObserver.recent(
                        federation.connection(), federation.topics(), Clock.systemUTC(), RECENT)) {
            observer.catchUp(TIMEOUT);
            var snapshot = observer.snapshot(model.name());
            var out = spec.commandLine().getOut();
            if (json) {
                out.println(StatusJson.of(snapshot).toPrettyString());
            } else {
                out.print(StatusText.of(snapshot));
            }
        }
        return ExitCode.OK;
    }
}
