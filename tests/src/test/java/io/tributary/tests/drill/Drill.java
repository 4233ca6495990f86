package io.tributary.tests.drill;

import io.tributary.tests.drill.InjectedFault.Effect;
import io.tributary.tests.drill.Violation.Law;
import io.tributary.tests.process.Patience;
import io.tributary.tests.process.ProcessLogs;
import io.tributary.tests.process.StalledException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Runs a federation, does everything to it that its schedule says, and then judges it by its topics
 * alone.
 *
 * @param options what is to be done
 * @param work folder for what processes keep
 * @param logs folder for what processes write
 * @param out hears a line for every round and every fault
 */
record Drill(DrillOptions options, Path work, Path logs, Consumer<String> out) {

    /** Longest time from one version to the next, with an outage between. */
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private static final Duration READ = Duration.ofMinutes(2);

    /** By when the broker has ended a transaction that has expired. */
    private static final Duration EXPIRY = Duration.ofSeconds(10);

    private static final int LOOKS_FOR_VERDICTS = 10;

    /** Runs it to its end. */
    DrillResult run() throws IOException, StalledException {
        long began = System.nanoTime();
        var violations = new ArrayList<Violation>();
        var injected = new ArrayList<InjectedFault>();
        try (var federation = DrillFederation.start(options, work, logs)) {
            run(federation, injected, violations);
            violations.addAll(leftOpen(federation));
            var log = log(federation);
            violations.addAll(judge(federation, log));
            return DrillResult.of(
                    options, injected, violations, log, lost(federation), seconds(began));
        }
    }

    /** Nothing is written any more: what is open was left by somebody who has died. */
    private static List<Violation> leftOpen(DrillFederation federation) {
        return LeftOpen.check(
                federation.broker().connection(),
                federation.topics(),
                federation.transactionTimeout().plus(EXPIRY));
    }

    private List<Violation> judge(DrillFederation federation, FederationLog log)
            throws IOException {
        var deltas = new DrillDeltas(options.seed(), options.attacker());
        var violations = new ArrayList<>(Checker.check(log, options.rounds()));
        boolean stateKept = federation.flink().startsFromLog() == 1;
        if (stateKept) {
            violations.addAll(Checker.checkVerdicts(log));
        }
        violations.addAll(new Undisturbed(deltas, federation.genesis()).check(log));
        for (var line : ProcessLogs.outOfMemory(logs)) {
            violations.add(Violation.of(Law.PROCESSES_LIVE, "%s", line));
        }
        return violations;
    }

    private static long lost(DrillFederation federation) {
        var connection = federation.broker().connection();
        return LostRecords.count(connection, federation.topics().versions())
                + LostRecords.count(connection, federation.topics().models());
    }

    private void run(
            DrillFederation federation, List<InjectedFault> injected, List<Violation> violations)
            throws StalledException {
        try (var watch =
                new Watch(
                        federation.broker().connection(), federation.topics(), options.siloIds())) {
            var injector = new Injector(federation, watch);
            injector.startJob();
            options.siloIds().forEach(federation::startSilo);
            await(watch, 0);
            out.accept("version 0 can be read; %s silos start".formatted(options.silos()));
            var faults = new ArrayDeque<>(options.schedule().faults());
            for (int round = 1; round <= options.rounds(); round++) {
                long roundBegan = System.nanoTime();
                if (!faults.isEmpty() && faults.peek().round() == round) {
                    var fault = faults.poll();
                    await(watch, fault);
                    var injection = injector.inject(fault);
                    out.accept(
                            "fault %s of %s: %s (%s)"
                                    .formatted(
                                            injected.size() + 1,
                                            options.faults(),
                                            fault,
                                            injection.note()));
                    await(watch, round);
                    injector.repair();
                    injected.add(
                            new InjectedFault(
                                    fault,
                                    injection.note(),
                                    injection.effect(),
                                    seconds(injection.nanos())));
                    if (injection.effect() == Effect.NOTHING_LOST) {
                        violations.add(
                                Violation.of(
                                        Law.FAULT_HAS_EFFECT, "%s: %s", fault, injection.note()));
                    }
                } else {
                    await(watch, round);
                }
                out.accept(
                        String.format(
                                Locale.ROOT,
                                "round %s: version %s of %s updates after %.1f s",
                                round,
                                round,
                                watch.manifest(round).cohort().size(),
                                seconds(roundBegan)));
            }
        } catch (StalledException e) {
            violations.add(
                    Violation.of(
                            Law.NOT_STALLED,
                            "%s; the job is %s",
                            e.getMessage(),
                            federation.flink().jobState()));
        }
        for (var dead : federation.dead()) {
            violations.add(Violation.of(Law.PROCESSES_LIVE, "%s has ended by itself", dead));
        }
    }

    private static void await(Watch watch, Fault fault) throws StalledException {
        Patience.require(
                "round %s %s".formatted(fault.round(), fault.moment()),
                PATIENCE,
                () -> {
                    watch.poll();
                    return watch.has(fault.moment(), fault.round());
                });
    }

    private static void await(Watch watch, int version) throws StalledException {
        Patience.require(
                "version " + version,
                PATIENCE,
                () -> {
                    watch.poll();
                    return watch.readable() >= version;
                });
    }

    /** The log, once the job has said of every update what became of it; or has had time to. */
    private FederationLog log(DrillFederation federation) throws StalledException {
        var log = read(federation);
        for (int i = 0; i < LOOKS_FOR_VERDICTS && lacksVerdicts(log); i++) {
            Patience.pause(Duration.ofSeconds(2));
            log = read(federation);
        }
        return log;
    }

    private boolean lacksVerdicts(FederationLog log) {
        return Checker.check(log, options.rounds()).stream()
                .map(Violation::law)
                .anyMatch(law -> law == Law.UPDATE_ACCOUNTED || law == Law.COHORT_UPLOADED);
    }

    private FederationLog read(DrillFederation federation) throws StalledException {
        return FederationLogReader.read(
                federation.broker().connection(), federation.topics(), options.siloIds(), READ);
    }

    private static double seconds(long sinceNanos) {
        return (System.nanoTime() - sinceNanos) / 1e9;
    }
}
