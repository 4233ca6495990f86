package io.tributary.tests.drill;

import io.tributary.kafka.transactions.OpenTransaction;
import io.tributary.kafka.transactions.TransactionAdmin;
import io.tributary.kafka.transactions.TransactionOwner;
import io.tributary.schemas.round.SiloAssignment;
import io.tributary.tests.drill.InjectedFault.Effect;
import io.tributary.tests.process.Link;
import io.tributary.tests.process.Patience;
import io.tributary.tests.process.StalledException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** Does to a federation what a fault says, and repairs what an operator would repair. */
final class Injector {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final Duration ANSWER = Duration.ofSeconds(10);

    /** The other transactions of the same checkpoint take about as long as a round trip. */
    private static final Duration OTHER_COMMITS = Duration.ofMillis(500);

    /** The slots there are, and fewer. */
    private static final List<Integer> PARALLELISMS = List.of(3, 4, 2, 1);

    private final DrillFederation federation;
    private final Watch watch;
    private final List<Runnable> repairs = new ArrayList<>();
    private int starts;

    Injector(DrillFederation federation, Watch watch) {
        this.federation = federation;
        this.watch = watch;
    }

    /**
     * What was done.
     *
     * @param note to whom, or how
     * @param effect whether it did what its kind says
     * @param nanos when it began, in {@link System#nanoTime}
     */
    record Injection(String note, Effect effect, long nanos) {

        static Injection done(String note, long nanos) {
            return new Injection(note, Effect.DONE, nanos);
        }
    }

    /** The parallelism the job has now. */
    int parallelism() {
        return PARALLELISMS.get(starts % PARALLELISMS.size());
    }

    /** Starts the job for the first time. */
    void startJob() throws StalledException {
        federation.flink().submit(federation.settings(), null, parallelism());
    }

    /** Injects a fault. Returns when nothing stands in the way of the federation any more. */
    Injection inject(Fault fault) throws StalledException {
        long now = System.nanoTime();
        return switch (fault.kind()) {
            case TASK_MANAGER_KILLED -> {
                federation.flink().replaceTaskManager(fault.victim());
                yield Injection.done("one of two", now);
            }
            case JOB_MANAGER_KILLED -> {
                federation.flink().killJobManager();
                federation.flink().startAll();
                yield Injection.done("on from " + submitFromNewestCheckpoint(), now);
            }
            case SILO_KILLED -> killSilo(fault);
            case BROKER_KILLED -> {
                federation.broker().kill();
                federation.broker().start();
                yield Injection.done("started again on its log", now);
            }
            case BROKER_OUTAGE, CLUSTER_OUTAGE -> outage(fault);
            case UPDATE_REPEATED, UPDATE_REORDERED, UPDATE_UNDER_OLD_ATTEMPT -> repeat(fault);
            case SILO_PAUSED -> pauseSilo(fault);
            case SILO_CUT_OFF -> cutOff(fault);
            case SAVEPOINT_RESCALED -> rescale(now);
            case STATE_LOST -> {
                federation.flink().cancel();
                federation.flink().submit(federation.settings(), null, parallelism());
                yield Injection.done("started from the log", now);
            }
        };
    }

    /** What is done once a version has followed the fault. */
    void repair() {
        repairs.forEach(Runnable::run);
        repairs.clear();
    }

    private String submitFromNewestCheckpoint() throws StalledException {
        var checkpoint = federation.flink().newestCheckpoint();
        federation.flink().submit(federation.settings(), checkpoint, parallelism());
        return checkpoint == null
                ? "the log, there is no checkpoint"
                : "checkpoint " + checkpoint.replaceAll(".*chk-(\\d+)/?$", "$1");
    }

    private Injection killSilo(Fault fault) throws StalledException {
        var silo = victim(fault);
        var link = federation.broker().link(silo);
        if (fault.variant()) {
            link.holdFrom(Link.END_TRANSACTION, 0);
        } else {
            link.holdFrom(Link.PRODUCE, 1);
        }
        await(fault, link::isSprung);
        boolean caught = link.isSprung();
        federation.silo(silo).kill();
        long now = System.nanoTime();
        link.drop();
        if (fault.victim() % 2 == 0) {
            federation.startSilo(silo);
        } else {
            repairs.add(() -> federation.startSilo(silo));
        }
        return new Injection(
                "%s %s, %s"
                        .formatted(
                                silo,
                                !caught
                                        ? "outside an upload"
                                        : fault.variant() ? "before the commit" : "in mid-upload",
                                fault.victim() % 2 == 0
                                        ? "started again at once"
                                        : "started again after the round"),
                effect(caught),
                now);
    }

    private Injection pauseSilo(Fault fault) throws StalledException {
        var silo = victim(fault);
        var link = federation.broker().link(silo);
        link.holdFrom(Link.PRODUCE, 1);
        await(fault, link::isSprung);
        boolean caught = link.isSprung();
        federation.silo(silo).pause();
        long now = System.nanoTime();
        link.restore();
        try {
            await(fault, () -> watch.has(Moment.CLOSED, fault.round()));
        } finally {
            federation.silo(silo).resume();
        }
        return new Injection(
                silo + (caught ? " in mid-upload" : " outside an upload"), effect(caught), now);
    }

    private Injection cutOff(Fault fault) throws StalledException {
        var silo = victim(fault);
        var link = federation.broker().link(silo);
        long now = System.nanoTime();
        if (fault.variant()) {
            link.cut();
        } else {
            link.hold();
        }
        try {
            await(fault, () -> watch.has(Moment.CLOSED, fault.round()));
        } finally {
            link.restore();
        }
        return Injection.done(
                silo + (fault.variant() ? ", connections closed" : ", requests held"), now);
    }

    private static Effect effect(boolean caught) {
        return caught ? Effect.DONE : Effect.MOMENT_MISSED;
    }

    /**
     * Holds the commit of the manifest, or those of the chunks, until the broker has given the
     * transactions up. The checkpoint that holds them is complete: nobody will write them again by
     * himself. Everything else that the checkpoint holds is committed.
     *
     * <p>The job stays cut off until no transaction of it is open: a commit that it tries again
     * could still come before the broker looks for what has expired.
     */
    private Injection outage(Fault fault) throws StalledException {
        var link = federation.broker().link(DrillFederation.JOB);
        var lost = fault.variant() ? "models" : "versions";
        link.holdCommits("." + lost + ".");
        long lostBefore = lost(fault);
        await(fault, link::isSprung);
        boolean caught = link.isSprung();
        Patience.pause(OTHER_COMMITS);
        long now = System.nanoTime();
        boolean broker = fault.kind() == FaultKind.BROKER_OUTAGE;
        if (broker) {
            federation.broker().kill();
        } else {
            federation.flink().killAll();
        }
        link.cut();
        var length = federation.transactionTimeout().plusSeconds(3);
        Patience.pause(length);
        if (broker) {
            federation.broker().start();
        }
        awaitNoTransactionOfTheJob();
        long records = lost(fault) - lostBefore;
        link.restore();
        var note =
                caught
                        ? "%s s, before the commit of %s, %s records lost"
                                .formatted(length.toSeconds(), lost, records)
                        : "%s s, between two commits".formatted(length.toSeconds());
        var effect = caught && records == 0 ? Effect.NOTHING_LOST : effect(caught);
        if (broker) {
            return new Injection(note, effect, now);
        }
        federation.flink().startAll();
        return new Injection(note + ", on from " + submitFromNewestCheckpoint(), effect, now);
    }

    /** Records lost so far on the topic that an outage is to take something from. */
    private long lost(Fault outage) {
        var topics = federation.topics();
        return LostRecords.count(
                federation.broker().connection(),
                outage.variant() ? topics.models() : topics.versions());
    }

    private void awaitNoTransactionOfTheJob() throws StalledException {
        try (var admin =
                new TransactionAdmin(
                        federation.broker().connection(), federation.topics(), ANSWER)) {
            Patience.require(
                    "the end of the job's transactions, which have expired,",
                    PATIENCE,
                    () ->
                            admin.open().stream()
                                    .map(OpenTransaction::owner)
                                    .map(TransactionOwner::kind)
                                    .noneMatch(kind -> kind == TransactionOwner.Kind.JOB));
        }
    }

    private Injection repeat(Fault fault) {
        int round = fault.variant() && fault.round() > 1 ? fault.round() - 1 : fault.round();
        var uploaders = watch.uploaders(round);
        var silo = uploaders.get(fault.victim() % uploaders.size());
        long now = System.nanoTime();
        var upload =
                new RepeatedUpload(
                        federation.broker().connection(), federation.topics(), silo, round);
        switch (fault.kind()) {
            case UPDATE_REPEATED -> upload.again();
            case UPDATE_REORDERED -> upload.backwards();
            default -> upload.underTheSameAttempt();
        }
        return Injection.done("of %s for round %s".formatted(silo, round), now);
    }

    private Injection rescale(long now) throws StalledException {
        var savepoint = federation.flink().stopWithSavepoint();
        int before = parallelism();
        starts++;
        federation.flink().submit(federation.settings(), savepoint, parallelism());
        return Injection.done("from %s to %s".formatted(before, parallelism()), now);
    }

    /** Of the silos in the plan, one that has not uploaded yet, if there is one. */
    private String victim(Fault fault) {
        var plan = watch.plan(fault.round());
        if (plan == null) {
            throw new IllegalStateException("round %s has no plan".formatted(fault.round()));
        }
        var planned = plan.silos().stream().map(SiloAssignment::silo).toList();
        var uploaders = watch.uploaders(fault.round());
        var waiting = planned.stream().filter(silo -> !uploaders.contains(silo)).toList();
        var candidates = waiting.isEmpty() ? planned : waiting;
        return candidates.get(fault.victim() % candidates.size());
    }

    /** Waits for what the fault waits for, or until the round has passed without it. */
    private void await(Fault fault, Callable<Boolean> condition) throws StalledException {
        Patience.require(
                "the moment of the fault '%s'".formatted(fault),
                PATIENCE,
                () -> {
                    watch.poll();
                    return condition.call() || watch.readable() >= fault.round();
                });
    }
}
