package io.tributary.tests.drill;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What can happen to a federation. */
enum FaultKind {
    /** kill -9 of one of the task managers; another is started. */
    TASK_MANAGER_KILLED(Moment.values()),

    /** kill -9 of the job manager; the job goes on from its newest checkpoint under another. */
    JOB_MANAGER_KILLED(Moment.values()),

    /** kill -9 of a silo that has sent a part of its update, or all of it but the commit. */
    SILO_KILLED(Moment.PLANNED),

    /** kill -9 of the broker, which is started again on its log at once. */
    BROKER_KILLED(Moment.values()),

    /**
     * kill -9 of the broker between the checkpoint that holds a version and the commit of its
     * transactions, for longer than these last: the version is lost, and nobody is told.
     */
    BROKER_OUTAGE(Moment.SECOND_UPDATE),

    /**
     * As {@link #BROKER_OUTAGE}, but it is the whole Flink cluster that dies, and not the broker.
     */
    CLUSTER_OUTAGE(Moment.SECOND_UPDATE),

    /** A silo uploads what it has uploaded before, record by record. */
    UPDATE_REPEATED(Moment.FIRST_UPDATE, Moment.SECOND_UPDATE, Moment.CLOSED),

    /** A silo uploads what it has uploaded before, from the last record to the first. */
    UPDATE_REORDERED(Moment.FIRST_UPDATE, Moment.SECOND_UPDATE, Moment.CLOSED),

    /**
     * A silo that has forgotten its attempts uploads something else under an attempt it has used.
     */
    UPDATE_UNDER_OLD_ATTEMPT(Moment.FIRST_UPDATE, Moment.SECOND_UPDATE, Moment.CLOSED),

    /** SIGSTOP of a silo in mid-upload; SIGCONT when its round has closed without it. */
    SILO_PAUSED(Moment.PLANNED),

    /** A silo cannot reach the broker until its round has closed. */
    SILO_CUT_OFF(Moment.PLANNED, Moment.FIRST_UPDATE),

    /** The job is stopped with a savepoint and goes on from it at another parallelism. */
    SAVEPOINT_RESCALED(Moment.values()),

    /** The job is cancelled and started from the log alone, without any state. */
    STATE_LOST(Moment.values());

    private final List<Moment> moments;

    FaultKind(Moment... moments) {
        this.moments = List.of(moments);
    }

    /** When it makes sense. */
    List<Moment> moments() {
        return moments;
    }

    /** Whether it takes longer than a transaction lives. */
    boolean isOutage() {
        return this == BROKER_OUTAGE || this == CLUSTER_OUTAGE;
    }

    /** The name under which the command line and reports know it. */
    String option() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * @throws IllegalArgumentException if there is no such kind; lists those that are
     */
    static FaultKind parse(String option) {
        return Arrays.stream(values())
                .filter(kind -> kind.option().equals(option))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "there is no fault '%s'; there are %s"
                                                .formatted(
                                                        option,
                                                        Arrays.stream(values())
                                                                .map(FaultKind::option)
                                                                .collect(
                                                                        Collectors.joining(
                                                                                ", ")))));
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
