package io.tributary.cli.dashboard;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.cli.watch.FederationSnapshot;
import io.tributary.cli.watch.FederationView;
import io.tributary.cli.watch.Records;
import io.tributary.cli.watch.ScriptedFederation;
import io.tributary.operators.round.RoundPolicy;
import io.tributary.schemas.model.Measurement;
import io.tributary.schemas.silo.SiloPresence.Phase;
import io.tributary.schemas.update.RejectionReason;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** Observations of federations that only exist in the test. */
final class Seen {

    /** The moment of {@link #smallFederation}. */
    static final long NOW = 100_000;

    private Seen() {}

    /** One observation that stays as it is. */
    static Observations always(@Nullable Observation seen) {
        return new Observations() {
            @Override
            public Optional<Observation> newest() {
                return Optional.ofNullable(seen);
            }

            @Override
            public Optional<Observation> awaitOther(@Nullable Observation known, Duration timeout)
                    throws InterruptedException {
                if (known == seen) {
                    boolean never = new CountDownLatch(1).await(timeout.toMillis(), MILLISECONDS);
                    assertThat(never).isFalse();
                }
                return newest();
            }
        };
    }

    /** These, one after the other, to each who waits. */
    static Observations oneByOne(Observation... seen) {
        var all = Arrays.asList(seen);
        return new Observations() {
            @Override
            public Optional<Observation> newest() {
                return Optional.of(seen[seen.length - 1]);
            }

            @Override
            public Optional<Observation> awaitOther(@Nullable Observation known, Duration timeout) {
                return Optional.of(all.get(all.indexOf(known) + 1)); // null is at -1
            }
        };
    }

    /** What cannot be looked at without an error. */
    static Observations unseeable() {
        return new Observations() {
            @Override
            public Optional<Observation> newest() {
                throw new IllegalStateException("nothing can be seen");
            }

            @Override
            public Optional<Observation> awaitOther(@Nullable Observation known, Duration timeout) {
                return newest();
            }
        };
    }

    static Observation of(FederationSnapshot... snapshots) {
        var byModel = new TreeMap<String, FederationSnapshot>();
        for (var snapshot : snapshots) {
            byModel.put(snapshot.model(), snapshot);
        }
        return new Observation(
                byModel,
                new TreeMap<>(Map.of("main", new TreeMap<>(Map.of("a", 7L, "b", 0L)))),
                OptionalDouble.of(3),
                snapshots[0].atMillis(),
                false);
    }

    /**
     * Silos a and b, weighing the same, with norms of 1.5 and a combined norm of 1.2 in version 1;
     * b's second update was late; a tells how it lay to the step, b does not.
     */
    static FederationSnapshot smallFederation() {
        var view = new FederationView("news");
        var measured = List.of(new Measurement(RoundPolicy.COMBINED_DELTA_NORM, 1.2));
        view.accept(Records.version(0), 10_000);
        view.accept(Records.plan(1, Map.of("a", 40, "b", 40)), 11_000);
        view.accept(Records.withMeasurements(Records.version(1, "a", "b"), measured), 20_000);
        view.accept("a", Records.evaluation(1, 8), 21_000);
        view.accept("b", Records.evaluation(1, 32), 22_000);
        view.accept(Records.plan(2, Map.of("a", 40, "b", 40)), 23_000);
        var training = Records.presence(Phase.TRAINING, 2, 10, 40, 900);
        view.accept("a", training.withAlignment(0.25, 1), NOW - 1_000);
        view.accept("b", Records.presence(Phase.UPLOADING, 2, 40, 40, 700), NOW - 60_000);
        view.accept(Records.refused("b", 1, 2, RejectionReason.LATE, 5), 24_000);
        return view.snapshot(Records.MODEL, NOW);
    }

    /** Four silos in the middle of their seventh round. */
    static FederationSnapshot midRun() throws InterruptedException {
        var federation = new ScriptedFederation();
        federation.run(6, snapshot -> {});
        return federation.snapshot();
    }
}
