package io.tributary.cli.dashboard;

import io.tributary.cli.watch.FederationObserver;
import io.tributary.cli.watch.FederationSnapshot;
import io.tributary.kafka.KafkaConnection;
import io.tributary.kafka.cluster.JobLag;
import io.tributary.kafka.topics.FederationTopics;
import io.tributary.kafka.transactions.HeldPartition;
import io.tributary.kafka.transactions.TransactionAdmin;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Observes a federation in a thread of its own and publishes what it sees, about once a second, to
 * any number of readers. A cluster that is away for a while changes nothing but that there is no
 * news.
 */
final class FederationFeed implements Observations, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(FederationFeed.class);

    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration PUBLISH = Duration.ofSeconds(1);
    private static final Duration ASK_LAG = Duration.ofSeconds(2);
    private static final Duration ASK_TRANSACTIONS = Duration.ofSeconds(10);
    private static final Duration REQUEST = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    /** A request to a cluster that is away is not waited for at the end. */
    private static final Duration LAST_WORD = Duration.ofSeconds(6);

    private final Clock clock;
    private final FederationObserver observer;
    private final JobLag jobLag;
    private final TransactionAdmin transactions;
    private final Thread thread;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition published = lock.newCondition();
    private @Nullable Observation newest; // guarded by lock
    private volatile boolean stopped;

    // These are the thread's own.
    private SortedMap<String, SortedMap<String, Long>> lag = new TreeMap<>();
    private OptionalDouble blockedSeconds = OptionalDouble.empty();
    private boolean mayAskForTransactions = true;
    private long publishAtMillis;
    private long askLagAtMillis;
    private long askTransactionsAtMillis;

    private FederationFeed(
            KafkaConnection connection, FederationTopics topics, Clock clock, int history) {
        this.clock = clock;
        observer = FederationObserver.recent(connection, topics, clock, history);
        jobLag = new JobLag(connection, topics, REQUEST);
        transactions = new TransactionAdmin(connection, topics, REQUEST);
        thread = new Thread(this::run, "observer of " + topics.federation());
        thread.setDaemon(true);
    }

    /**
     * Begins to observe.
     *
     * @param history how far back to begin, in records of each partition
     * @throws KafkaException if the cluster cannot be reached or the federation's topics do not
     *     exist
     */
    static FederationFeed start(
            KafkaConnection connection, FederationTopics topics, Clock clock, int history) {
        var feed = new FederationFeed(connection, topics, clock, history);
        feed.thread.start();
        return feed;
    }

    @Override
    public Optional<Observation> newest() {
        lock.lock();
        try {
            return Optional.ofNullable(newest);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Optional<Observation> awaitOther(@Nullable Observation known, Duration timeout)
            throws InterruptedException {
        long nanos = timeout.toNanos();
        lock.lock();
        try {
            while (newest == known && nanos > 0) {
                nanos = published.awaitNanos(nanos);
            }
            return Optional.ofNullable(newest);
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        try {
            attempt(() -> observer.catchUp(PATIENCE));
            while (!stopped) {
                observe();
            }
        } finally {
            newest().ifPresent(seen -> publish(seen.last()));
            observer.close();
            jobLag.close();
            transactions.close();
        }
    }

    private void observe() {
        if (!attempt(() -> observer.poll(POLL))) {
            pause();
        }
        long now = clock.millis();
        boolean up = now - observer.contactMillis() <= Observation.SILENCE.toMillis();
        if (now >= askLagAtMillis) {
            lag = new TreeMap<>();
            if (up) {
                attempt(() -> lag = lag());
            }
            askLagAtMillis = clock.millis() + ASK_LAG.toMillis();
        }
        if (now >= askTransactionsAtMillis) {
            blockedSeconds = OptionalDouble.empty();
            if (up && mayAskForTransactions) {
                attempt(() -> blockedSeconds = blockedSeconds());
            }
            askTransactionsAtMillis = clock.millis() + ASK_TRANSACTIONS.toMillis();
        }
        if (clock.millis() >= publishAtMillis) {
            publishAtMillis = clock.millis() + PUBLISH.toMillis();
            publish(seen());
        }
    }

    /** Whatever fails is tried again; who looks on sees what was seen last, and how long ago. */
    private static boolean attempt(Runnable work) {
        try {
            work.run();
            return true;
        } catch (KafkaException e) {
            LOG.info("the cluster does not answer: {}", e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("cannot observe", e);
        }
        return false;
    }

    private Observation seen() {
        var models = observer.models();
        var snapshots = new TreeMap<String, FederationSnapshot>();
        for (var model : models.isEmpty() ? List.of(Observation.MAIN) : models) {
            snapshots.put(model, observer.snapshot(model));
        }
        return new Observation(
                Collections.unmodifiableSortedMap(snapshots),
                lag,
                blockedSeconds,
                observer.contactMillis(),
                false);
    }

    private SortedMap<String, SortedMap<String, Long>> lag() {
        var known = new TreeMap<String, SortedMap<String, Long>>();
        for (var model : observer.models()) {
            jobLag.bySilo(model).ifPresent(bySilo -> known.put(model, bySilo));
        }
        return Collections.unmodifiableSortedMap(known);
    }

    private OptionalDouble blockedSeconds() {
        try {
            var now = clock.instant();
            return OptionalDouble.of(
                    transactions.open().stream()
                            .filter(
                                    open ->
                                            open.partitions().stream()
                                                    .anyMatch(HeldPartition::isBlocked))
                            .mapToDouble(open -> Math.max(0, open.age(now).toMillis() / 1000.0))
                            .max()
                            .orElse(0));
        } catch (KafkaException e) {
            if (!(e.getCause() instanceof AuthorizationException)) {
                throw e;
            }
            LOG.info("open transactions are not shown: {}", e.getMessage());
            mayAskForTransactions = false;
            return OptionalDouble.empty();
        }
    }

    private void publish(Observation seen) {
        lock.lock();
        try {
            newest = seen;
            published.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Some failures come at once, and would come again at once. */
    private void pause() {
        try {
            TimeUnit.SECONDS.sleep(1);
        } catch (InterruptedException e) {
            stopped = true;
        }
    }

    /** Ends the observing; what was seen last stays, and is said to be the last. */
    @Override
    public void close() throws InterruptedException {
        stopped = true;
        thread.join(LAST_WORD.toMillis());
    }
}
