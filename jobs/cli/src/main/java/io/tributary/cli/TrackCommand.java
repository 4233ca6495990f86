package io.tributary.cli;

import io.tributary.cli.track.MlflowSink;
import io.tributary.cli.track.TensorBoardSink;
import io.tributary.cli.track.Tracker;
import io.tributary.cli.track.TrackingSink;
import io.tributary.cli.watch.FederationObserver;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tributary track}. */
@Command(
        name = "track",
        description =
                "Follows a federation and writes the curves of its versions for TensorBoard and"
                        + " MLflow, until Ctrl-C. Started again, it goes on where it was.",
        mixinStandardHelpOptions = true)
final class TrackCommand implements Callable<Integer> {

    private static final Logger LOG = LoggerFactory.getLogger(TrackCommand.class);

    private static final Duration CATCH_UP = Duration.ofMinutes(5);

    /** Between two looks at what is new. */
    private static final Duration PAUSE = Duration.ofSeconds(1);

    @Spec private CommandSpec spec;
    @Mixin private FederationOptions federation;
    @Mixin private ModelOption model;

    @Option(
            names = "--tensorboard",
            paramLabel = "DIR",
            description =
                    "TensorBoard's log directory; the run is <federation>/<model> in it, made if it"
                            + " is not there.")
    private @Nullable Path tensorboard;

    @Option(
            names = "--mlflow",
            paramLabel = "URL",
            description =
                    "MLflow tracking server. Credentials are taken from MLFLOW_TRACKING_USERNAME and"
                            + " MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN.")
    private @Nullable URI mlflow;

    @Option(
            names = "--experiment",
            paramLabel = "NAME",
            defaultValue = "tributary",
            description = "MLflow experiment; made if it is not there (default: ${DEFAULT-VALUE}).")
    private String experiment;

    @Option(
            names = "--once",
            description = "Write what the log has now, without waiting for evaluations, and end.")
    private boolean once;

    private boolean unavailable;

    @Override
    public Integer call() throws Exception {
        if (tensorboard == null && mlflow == null) {
            throw new IllegalArgumentException(
                    "nowhere to write to: name --tensorboard, --mlflow or both");
        }
        if (mlflow != null && (mlflow.getScheme() == null || mlflow.getHost() == null)) {
            throw new IllegalArgumentException(
                    "--mlflow must be a URL such as http://localhost:5000, got " + mlflow);
        }
        var unused = model.name(); // a wrong name is told before an address is waited for
        var stop = new CountDownLatch(1);
        StopOnExit.with(stop::countDown, () -> track(stop));
        return ExitCode.OK;
    }

    /** Sinks are closed before it returns, and with it the process, perhaps. */
    private void track(CountDownLatch stop) throws IOException, InterruptedException {
        try (var observer =
                FederationObserver.all(
                        federation.reached(), federation.topics(), Clock.systemUTC())) {
            observer.catchUp(CATCH_UP);
            var sinks = new ArrayList<TrackingSink>();
            try {
                open(sinks);
                var tracker = new Tracker(sinks, this::say);
                if (once) {
                    tracker.finish(observer.snapshot(model.name()));
                } else {
                    follow(observer, tracker, stop);
                }
            } finally {
                sinks.forEach(TrackCommand::close);
            }
        }
    }

    private void open(List<TrackingSink> sinks) throws IOException, InterruptedException {
        var name = federation.topics().federation();
        var clock = Clock.systemUTC();
        if (tensorboard != null) {
            sinks.add(TensorBoardSink.open(tensorboard, name, model.name(), clock));
        }
        if (mlflow != null) {
            sinks.add(
                    MlflowSink.open(
                            mlflow, experiment, name, model.name(), System.getenv(), clock));
        }
        sinks.forEach(sink -> say(sink.place()));
    }

    private void follow(FederationObserver observer, Tracker tracker, CountDownLatch stop)
            throws InterruptedException {
        long next = System.nanoTime();
        while (stop.getCount() > 0) {
            if (System.nanoTime() - next >= 0) {
                tracker.follow(observer.snapshot(model.name()));
                next = System.nanoTime() + PAUSE.toNanos();
            }
            poll(observer);
        }
    }

    /** An outage of the cluster is waited for: what it has kept is read when it is back. */
    private void poll(FederationObserver observer) {
        try {
            observer.poll(Duration.ofMillis(200));
            unavailable = false;
        } catch (InterruptException | AuthenticationException | AuthorizationException e) {
            throw e;
        } catch (KafkaException e) {
            LOG.warn("the cluster cannot be read", e);
            if (!unavailable) {
                say(
                        "the Kafka cluster does not answer (%s); tries again"
                                .formatted(e.getMessage()));
            }
            unavailable = true;
        }
    }

    private static void close(TrackingSink sink) {
        try {
            sink.close();
        } catch (IOException e) {
            LOG.warn("{} was not closed: {}", sink.place(), e.getMessage());
        }
    }

    private void say(String line) {
        var out = spec.commandLine().getOut();
        out.println(line);
        out.flush();
    }
}
