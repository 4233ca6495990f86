package io.tributary.silo;

import io.tributary.kafka.client.PresenceWriter;
import io.tributary.kafka.cluster.TransactionLimit;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A silo: joins a federation, trains the rounds that name it, evaluates every new version on its
 * held-out text, and leaves when it is stopped.
 *
 * <pre>{@code
 * var options = SiloOptions.of(connection, "demo", "acme", Path.of("state"));
 * try (LocalTrainer trainer = ...) {
 *     new Silo(options, trainer).run();
 * }
 * }</pre>
 *
 * <p>Nothing that happens at the cluster ends it: it tries again, after one second at first and up
 * to thirty later. It gives up when the cluster refuses its credentials or rights, when another
 * process of the same silo keeps shutting it out, or when the trainer or the disk fails.
 *
 * <p>Stopped or killed and started again, it goes on: an update that is on the log is not trained
 * again; one that is not is trained, with the moments of the round before.
 */
public final class Silo implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(Silo.class);

    /**
     * An upload that overran its time-out looks the same as one that another process of this silo
     * cut short. Either may happen; so often, and no upload in between that succeeds, it will not
     * end by itself.
     */
    private static final int FENCED_OFTEN = 3;

    private final SiloOptions options;
    private final LocalTrainer trainer;
    private final Clock clock;
    private final RandomGenerator random;
    private final SiloListener listener;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Backoff backoff = new Backoff();

    /** With the system's clock and randomness. */
    public Silo(SiloOptions options, LocalTrainer trainer) {
        this(options, trainer, Clock.systemUTC(), new SecureRandom(), SiloListener.NONE);
    }

    /**
     * @param random source of the nonces that tell two uploads apart
     */
    public Silo(
            SiloOptions options,
            LocalTrainer trainer,
            Clock clock,
            RandomGenerator random,
            SiloListener listener) {
        this.options = options;
        this.trainer = trainer;
        this.clock = clock;
        this.random = random;
        this.listener = listener;
    }

    /** Asks the silo to stop after the local step it is in. {@link #run} returns when it has. */
    public void stop() {
        stop.countDown();
    }

    /**
     * Runs until {@link #stop} is called or the thread is interrupted. When it returns, the trainer
     * is not in use any more. May be called once.
     *
     * @throws SiloFailedException if the silo cannot go on and trying again would not help
     */
    @Override
    public void run() {
        try (var thread = new TrainerThread(options.silo());
                var links = new Links(options);
                var presence =
                        PresenceWriter.open(
                                options.connection(), options.topics(), options.silo())) {
            var size = thread.call(trainer::datasetSize);
            try (var heartbeat =
                    new Heartbeat(
                            presence, options.silo(), size, clock.millis(), listener::alive)) {
                var work =
                        new SiloWork(
                                new SiloContext(
                                        options,
                                        trainer,
                                        clock,
                                        random,
                                        listener,
                                        thread,
                                        links,
                                        presence,
                                        heartbeat,
                                        new StateDirectory(stateDirectory()),
                                        stop));
                runConnected(work, links, heartbeat);
            }
        } catch (InterruptedException | InterruptException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | UncheckedIOException e) {
            throw failed("cannot use its state directory: " + e.getMessage(), e);
        } catch (ExecutionException e) {
            throw failed("cannot train: " + e.getCause().getMessage(), e.getCause());
        } finally {
            listener.left();
        }
    }

    /** Connects, works, and does it again after a failure. */
    private void runConnected(SiloWork work, Links links, Heartbeat heartbeat)
            throws IOException, ExecutionException, InterruptedException {
        boolean joined = false;
        try {
            while (stop.getCount() > 0) {
                long began = clock.millis();
                try {
                    links.open();
                    if (!joined) {
                        heartbeat.join(options.heartbeat());
                        joined = true;
                        LOG.info(
                                "silo {} joined federation {}",
                                options.silo(),
                                options.topics().federation());
                        listener.joined();
                    }
                    work.run();
                } catch (InterruptException e) {
                    throw e;
                } catch (KafkaException e) {
                    links.dropWriter();
                    checkWorthwhile(e, links);
                    pause(e, clock.millis() - began);
                }
            }
        } finally {
            if (joined) {
                boolean interrupted = Thread.interrupted(); // or nothing could be sent
                heartbeat.leave();
                LOG.info("silo {} left", options.silo());
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    private void checkWorthwhile(KafkaException failure, Links links) {
        if (TransactionLimit.isRefusal(failure)) {
            throw failed(
                    "cannot upload: the brokers' transaction.max.timeout.ms is below its transaction"
                            + " timeout of "
                            + options.uploadTimeout(),
                    failure);
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ConfigException) {
                throw failed("cannot connect: " + cause.getMessage(), failure);
            }
            if (cause instanceof AuthenticationException
                    || cause instanceof AuthorizationException) {
                throw failed(
                        "was refused by the cluster: %s. Check its credentials and its rights on %s"
                                .formatted(
                                        cause.getMessage(),
                                        options.topics().updates(options.silo())),
                        failure);
            }
            if (cause instanceof ProducerFencedException
                    || cause instanceof InvalidProducerEpochException) {
                if (links.countShutOut() >= FENCED_OFTEN) {
                    throw failed(
                            "is shut out again and again: another process runs under this id, or"
                                    + " uploads take longer than "
                                    + options.uploadTimeout(),
                            failure);
                }
                return;
            }
        }
    }

    private void pause(KafkaException failure, long workedMillis) throws InterruptedException {
        if (workedMillis > Backoff.LONGEST.toMillis()) {
            backoff.reset();
        }
        var wait = backoff.next();
        LOG.warn(
                "silo {}: {}; trying again in {} s",
                options.silo(),
                failure.getMessage(),
                wait.toSeconds());
        listener.unavailable(String.valueOf(failure.getMessage()), wait);
        if (stop.await(wait.toMillis(), TimeUnit.MILLISECONDS)) {
            LOG.debug("silo {} is to stop", options.silo());
        }
    }

    private Path stateDirectory() {
        return options.stateDirectory()
                .resolve(options.topics().federation())
                .resolve(options.silo())
                .resolve(options.model());
    }

    private SiloFailedException failed(String what, Throwable cause) {
        return new SiloFailedException("silo %s %s".formatted(options.silo(), what), cause);
    }
}
