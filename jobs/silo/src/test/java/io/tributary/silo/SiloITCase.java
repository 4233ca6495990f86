package io.tributary.silo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tributary.kafka.client.FederationFollower;
import io.tributary.kafka.client.ModelReplica;
import io.tributary.kafka.client.UpdateWriter;
import io.tributary.schemas.codec.TensorCodec;
import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.round.RoundPlan;
import io.tributary.schemas.round.RoundStatus;
import io.tributary.schemas.silo.SiloEvaluation;
import io.tributary.schemas.silo.SiloPresence;
import io.tributary.schemas.update.UpdateChunk;
import io.tributary.schemas.update.UpdateManifest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class SiloITCase {

    @TempDir static Path brokerDirectory;
    private static TestFederation federation;

    @TempDir Path state;
    private final AddingTrainer trainer = new AddingTrainer();
    private final Heard heard = new Heard();

    @BeforeAll
    static void start() {
        federation =
                TestFederation.start(
                        brokerDirectory,
                        "whole",
                        "again",
                        "extended",
                        "overlap",
                        "killed",
                        "anew",
                        "late",
                        "slow",
                        "back",
                        "gone",
                        "replaced",
                        "fenced",
                        "fenced-twice",
                        "outage");
    }

    @AfterAll
    static void stop() {
        federation.close();
    }

    @Test
    void aSiloJoinsTrainsUploadsEvaluatesAndLeaves() throws Exception {
        federation.begin("whole");
        var plan = TestFederation.plan("whole", 1, 3, 1, "whole");
        try (var running = run("whole")) {
            waitFor(() -> heard.joined);
            federation.publish(plan);
            waitFor(() -> heard.uploaded.size() == 1 && heard.evaluated.contains(0));

            federation.publishVersion("whole", 1, 0.5f, Set.of(0, 2));
            waitFor(() -> heard.evaluated.contains(1));
            assertThat(heard.chunksDownloaded).isEqualTo(Map.of(0, 3, 1, 2));
        }

        var manifest = federation.written("whole", UpdateManifest.class).get(0);
        assertThat(manifest.id().round()).isEqualTo(1);
        assertThat(manifest.localSteps()).isEqualTo(3);
        for (var chunk : federation.written("whole", UpdateChunk.class)) {
            var delta = new float[chunk.elements()];
            TensorCodec.decode(chunk.codec(), chunk.payload(), chunk.elements(), delta, 0);
            assertThat(delta).containsOnly(3 * AddingTrainer.STEP);
        }
        assertThat(federation.written("whole", SiloEvaluation.class))
                .containsExactly(
                        new SiloEvaluation("whole", 0, 0, 5, 20),
                        new SiloEvaluation("whole", 1, 6 * 0.5, 5, 20));
        var presence = federation.written("whole", SiloPresence.class);
        assertThat(presence.get(0).kind()).isEqualTo(SiloPresence.Kind.JOIN);
        assertThat(presence.get(presence.size() - 1).kind()).isEqualTo(SiloPresence.Kind.LEAVE);
        assertThat(presence).allSatisfy(p -> assertThat(p.declaredTokens()).isEqualTo(1000));
        assertThat(presence)
                .extracting(SiloPresence::phase)
                .contains(SiloPresence.Phase.TRAINING, SiloPresence.Phase.UPLOADING);
    }

    @Test
    void aSiloStartedAgainDoesNotUploadTwice() throws Exception {
        federation.begin("again");
        federation.publish(TestFederation.plan("again", 1, 3, 1, "again"));
        try (var running = run("again")) {
            waitFor(() -> heard.uploaded.size() == 1 && heard.evaluated.contains(0));
        }
        var second = new AddingTrainer();
        try (var running = run("again", second, state)) {
            waitFor(() -> second.began.isEmpty() && heard.joins == 2);
            federation.publishVersion("again", 1, 1, Set.of(0, 1, 2));
            federation.publish(TestFederation.plan("again", 2, 3, 1, "again"));
            waitFor(() -> heard.uploaded.size() == 2 && heard.evaluated.contains(1));
        }
        assertThat(second.began).containsExactly(2);
        assertThat(second.restored).containsExactly("3");
        assertThat(federation.written("again", UpdateManifest.class))
                .extracting(m -> m.id().round())
                .containsExactly(1, 2);
        assertThat(federation.written("again", SiloEvaluation.class))
                .extracting(SiloEvaluation::version)
                .containsExactly(0, 1);

        // Moments of another federation of the same name are not of this model's past.
        var elsewhere = state.resolve("elsewhere");
        var itsMoments = Files.createDirectories(elsewhere.resolve("test/again/again"));
        Files.writeString(itsMoments.resolve("moments-2-0123456789abcdef"), "99", UTF_8);
        var stranger = new AddingTrainer();
        try (var running = run("again", stranger, elsewhere)) {
            federation.publishVersion("again", 2, 2, Set.of(0, 1, 2));
            federation.publish(TestFederation.plan("again", 3, 3, 1, "again"));
            waitFor(() -> heard.uploaded.size() == 3);
        }
        assertThat(stranger.restored).isEmpty();
    }

    /** The plan is written again, long after the upload. */
    @Test
    void aSiloStartedAgainInARoundThatWasExtendedDoesNotUploadTwice() throws Exception {
        federation.begin("extended");
        var plan = TestFederation.plan("extended", 1, 3, 1, "extended");
        federation.publish(plan);
        try (var running = run("extended")) {
            waitFor(() -> heard.uploaded.size() == 1);
        }
        federation.end(plan, RoundStatus.EXTENDED);
        federation.publishAfter(Duration.ofMinutes(10), plan);
        var second = new AddingTrainer();
        try (var running = run("extended", second, state)) {
            waitFor(() -> heard.joins == 2); // and has read the plan
            federation.publishVersion("extended", 1, 1, Set.of(0, 1, 2));
            federation.publish(TestFederation.plan("extended", 2, 3, 1, "extended"));
            waitFor(() -> heard.uploaded.size() == 2);
        }
        assertThat(second.began).containsExactly(2);
    }

    @Test
    void aSiloStartedAgainKeepsItsMomentsWhereRoundsOverlap() throws Exception {
        federation.begin("overlap");
        federation.publishVersion("overlap", 1, 1, Set.of(0, 1, 2));
        var plan = TestFederation.plan("overlap", 2, 3, 1, "overlap");
        federation.publish(TestFederation.overlapping(plan));
        try (var running = run("overlap")) {
            waitFor(() -> heard.uploaded.size() == 1);
        }
        var second = new AddingTrainer();
        var next = TestFederation.plan("overlap", 3, 3, 1, "overlap");
        federation.publish(TestFederation.overlapping(next));
        try (var running = run("overlap", second, state)) {
            waitFor(() -> heard.uploaded.size() == 2);
        }
        assertThat(second.restored).containsExactly("3");
    }

    @Test
    void aSiloStoppedInTrainingTrainsTheRoundAgain() throws Exception {
        federation.begin("killed");
        federation.publish(TestFederation.plan("killed", 1, 2, 1, "killed"));
        trainer.shut();
        try (var running = run("killed")) {
            waitFor(() -> trainer.began.size() == 1);
        }
        assertThat(federation.written("killed", UpdateManifest.class)).isEmpty();
        var second = new AddingTrainer();
        try (var running = run("killed", second, state)) {
            waitFor(() -> heard.uploaded.size() == 1);
        }
        assertThat(second.began).containsExactly(1);
        assertThat(federation.written("killed", UpdateManifest.class)).hasSize(1);
    }

    @Test
    void aRoundThatIsPlannedAnewWhileTheSiloTrainsIsAbandoned() throws Exception {
        federation.begin("anew");
        federation.publish(TestFederation.plan("anew", 1, 2, 1, "anew"));
        trainer.shut();
        try (var running = run("anew")) {
            waitFor(() -> trainer.began.size() == 1);
            var other = TestFederation.plan("anew", 1, 4, 2, "anew");
            federation.publish(other);
            waitFor(() -> heard.skipped.size() == 1 && trainer.began.size() == 2);
            trainer.open();
            waitFor(() -> heard.uploaded.size() == 1);
            assertThat(heard.uploaded.get(0).localSteps()).isEqualTo(4);
        }
        assertThat(federation.written("anew", UpdateManifest.class)).hasSize(1);
    }

    /** Two rounds later is late enough to be dropped, one is not. */
    @Test
    void aRoundThatClosesWhileTheSiloTrainsIsFinishedIfItsPlanTakesLateUpdates() throws Exception {
        federation.begin("slow");
        var first = TestFederation.takingLate(TestFederation.plan("slow", 1, 2, 1, "slow"), 1);
        federation.publish(first);
        trainer.shut();
        try (var running = run("slow")) {
            waitFor(() -> trainer.began.size() == 1);
            federation.close(first);
            federation.publishVersion("slow", 1, 1, Set.of(0, 1, 2));
            var second = TestFederation.takingLate(TestFederation.plan("slow", 2, 2, 1, "slow"), 1);
            federation.publish(second);
            trainer.open();
            waitFor(() -> heard.uploaded.size() == 2);
            assertThat(heard.uploaded)
                    .extracting(manifest -> manifest.id().round())
                    .containsExactly(1, 2);
            assertThat(heard.uploaded)
                    .extracting(UpdateManifest::baseVersion)
                    .containsExactly(0, 1);
            assertThat(heard.skipped).isEmpty();
        }
    }

    /** Cut short, and back so much later that the silo does not know the version any more. */
    @Test
    void anUpdateWhoseVersionIsGoneDoesNotKeepTheSiloFromTheOpenRound() throws Exception {
        federation.begin("gone");
        var first = TestFederation.takingLate(TestFederation.plan("gone", 1, 2, 1, "gone"), 1000);
        federation.publish(first);
        int newest = FederationFollower.KEPT;
        var random =
                beforeEachUpload(
                        n -> {
                            if (n == 1) {
                                shutOut("gone");
                                federation.close(first);
                                for (int version = 1; version <= newest; version++) {
                                    federation.publishVersion("gone", version, 1, Set.of(0, 1, 2));
                                }
                                federation.publish(
                                        TestFederation.plan("gone", newest + 1, 2, 1, "gone"));
                            }
                        });
        try (var running = new Running(silo("gone", Clock.systemUTC(), random))) {
            waitFor(() -> heard.uploaded.size() == 1);
        }
        assertThat(heard.skipped).containsExactly(first);
        assertThat(heard.uploaded.get(0).id().round()).isEqualTo(newest + 1);
    }

    /** Cut short, and planned anew for others meanwhile. */
    @Test
    void anUpdateForAPlanThatWasReplacedIsNotTakenForALateOne() throws Exception {
        federation.begin("replaced");
        var first =
                TestFederation.takingLate(TestFederation.plan("replaced", 1, 2, 1, "replaced"), 1);
        var anew =
                TestFederation.takingLate(TestFederation.plan("replaced", 1, 2, 1, "another"), 1);
        federation.publish(first);
        var random =
                beforeEachUpload(
                        n -> {
                            if (n == 1) {
                                shutOut("replaced");
                                federation.publish(anew);
                            }
                        });
        try (var running = new Running(silo("replaced", Clock.systemUTC(), random))) {
            waitFor(() -> heard.evaluated.contains(0));
            federation.close(anew);
            federation.publishVersion("replaced", 1, 1, Set.of(0, 1, 2));
            federation.publish(TestFederation.plan("replaced", 2, 2, 1, "replaced"));
            waitFor(() -> heard.uploaded.stream().anyMatch(m -> m.id().round() == 2));
        }
        assertThat(heard.uploaded).extracting(m -> m.id().round()).containsExactly(2);
    }

    @Test
    void aRoundThatIsGivenUpForARollBackIsNotFinishedThen() throws Exception {
        federation.begin("back");
        var plan = TestFederation.takingLate(TestFederation.plan("back", 1, 2, 1, "back"), 4);
        federation.publish(plan);
        trainer.shut();
        try (var running = run("back")) {
            waitFor(() -> trainer.began.size() == 1);
            federation.end(plan, RoundStatus.ABANDONED);
            waitFor(() -> heard.skipped.size() == 1);
        }
        assertThat(federation.written("back", UpdateManifest.class)).isEmpty();
    }

    @Test
    void aClosedRoundIsNotTrained() throws Exception {
        federation.begin("late");
        var plan = TestFederation.plan("late", 1, 2, 1, "late");
        federation.publish(plan);
        federation.close(plan);
        try (var running = run("late")) {
            waitFor(() -> heard.evaluated.contains(0));
            federation.publishVersion("late", 1, 1, Set.of(0, 1, 2));
            federation.publish(TestFederation.plan("late", 2, 2, 1, "late", "other"));
            waitFor(() -> heard.uploaded.size() == 1);
        }
        assertThat(trainer.began).containsExactly(2);
    }

    @Test
    void anOutageOfTheBrokerDoesNotLoseAnUpdate() throws Exception {
        federation.begin("outage");
        federation.publish(TestFederation.plan("outage", 1, 2, 1, "outage"));
        trainer.shut();
        try (var running = run("outage")) {
            waitFor(() -> trainer.began.size() == 1);
            federation.restartBroker(trainer::open);
            waitFor(() -> heard.uploaded.size() == 1 && heard.evaluated.contains(0));
        }
        assertThat(trainer.began).containsExactly(1);
        assertThat(federation.written("outage", UpdateManifest.class)).hasSize(1);
        assertThat(federation.written("outage", UpdateChunk.class)).hasSize(3);
    }

    @Test
    @Timeout(60)
    void aSiloWhoseUploadsAreAlwaysCutShortGivesUpHoweverLongTheyTake() {
        federation.begin("fenced");
        federation.publish(TestFederation.plan("fenced", 1, 2, 1, "fenced"));
        var silo = silo("fenced", new SlowClock(), beforeEachUpload(n -> shutOut("fenced")));
        assertThatThrownBy(silo::run)
                .isInstanceOf(SiloFailedException.class)
                .hasMessageContaining("silo fenced is shut out again and again");
        assertThat(federation.written("fenced", UpdateManifest.class)).isEmpty();
    }

    /** Four times in all, but never three times for one upload. */
    @Test
    void aSiloWhoseUploadsSucceedInTheEndDoesNotGiveUp() throws Exception {
        federation.begin("fenced-twice");
        federation.publish(TestFederation.plan("fenced-twice", 1, 2, 1, "fenced-twice"));
        var random =
                beforeEachUpload(
                        n -> {
                            if (n % 3 != 0) {
                                shutOut("fenced-twice");
                            }
                        });
        try (var running = new Running(silo("fenced-twice", new SlowClock(), random))) {
            waitFor(() -> heard.uploaded.size() == 1);
            federation.publishVersion("fenced-twice", 1, 1, Set.of(0, 1, 2));
            federation.publish(TestFederation.plan("fenced-twice", 2, 2, 1, "fenced-twice"));
            waitFor(() -> heard.uploaded.size() == 2);
        }
        assertThat(heard.uploaded).extracting(m -> m.id().attempt()).containsExactly(3, 3);
    }

    @Test
    void aTrainerThatFailsEndsTheSiloWithTheReason() {
        var broken =
                new Silo(
                        options("whole", state),
                        new AddingTrainer("no documents"),
                        Clock.systemUTC(),
                        new Random(1),
                        heard);
        assertThatThrownBy(broken::run)
                .isInstanceOf(SiloFailedException.class)
                .hasMessageContaining("silo whole cannot train: no documents");
        assertThat(heard.left).isTrue();
    }

    /** What another process of this silo does when it starts. */
    private static void shutOut(String silo) {
        UpdateWriter.open(federation.connection(), federation.topics, silo, Duration.ofSeconds(10))
                .close();
    }

    /** Where a silo takes its nonces from; told the number of the upload, from 1. */
    private static RandomGenerator beforeEachUpload(IntConsumer action) {
        var random = new Random(1);
        var uploads = new AtomicInteger();
        return () -> {
            action.accept(uploads.incrementAndGet());
            return random.nextLong();
        };
    }

    private Silo silo(String silo, Clock clock, RandomGenerator random) {
        return new Silo(options(silo, state), trainer, clock, random, heard);
    }

    private Running run(String silo) {
        return run(silo, trainer, state);
    }

    private Running run(String silo, LocalTrainer with, Path directory) {
        return new Running(
                new Silo(
                        options(silo, directory),
                        with,
                        Clock.systemUTC(),
                        new Random(silo.length()),
                        heard));
    }

    private static SiloOptions options(String silo, Path directory) {
        return SiloOptions.of(
                        federation.connection(), federation.topics.federation(), silo, directory)
                .withModel(silo)
                .withHeartbeat(Duration.ofMillis(200))
                .withEvaluationDelay(Duration.ofMillis(100));
    }

    private static void waitFor(Callable<Boolean> condition) {
        await().atMost(Duration.ofSeconds(60)).until(condition);
    }

    /** A silo in a thread of its own; closing it stops it and passes on its failure. */
    private static final class Running implements AutoCloseable {
        private final Silo silo;
        private final Thread thread;
        private final AtomicReference<Throwable> failure = new AtomicReference<>();

        Running(Silo silo) {
            this.silo = silo;
            thread = new Thread(silo, "silo");
            thread.setUncaughtExceptionHandler((t, e) -> failure.set(e));
            thread.start();
        }

        @Override
        public void close() throws InterruptedException {
            silo.stop();
            thread.join(Duration.ofSeconds(60).toMillis());
            assertThat(thread.isAlive()).isFalse();
            assertThat(failure.get()).isNull();
        }
    }

    /** Half a minute and more passes between any two looks at it. */
    private static final class SlowClock extends Clock {
        private final AtomicLong millis = new AtomicLong(Clock.systemUTC().millis());

        @Override
        public Instant instant() {
            return Instant.ofEpochMilli(millis.addAndGet(40_000));
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    private static final class Heard implements SiloListener {
        final List<UpdateManifest> uploaded = new CopyOnWriteArrayList<>();
        final List<RoundPlan> skipped = new CopyOnWriteArrayList<>();
        final Set<Integer> evaluated = ConcurrentHashMap.newKeySet();
        final Map<Integer, Integer> chunksDownloaded = new ConcurrentHashMap<>();
        volatile boolean joined;
        volatile int joins;
        volatile boolean left;

        @Override
        @SuppressWarnings("NonAtomicVolatileUpdate") // one silo at a time
        public void joined() {
            joined = true;
            joins++;
        }

        @Override
        public void downloaded(
                ModelVersion version, ModelReplica.Download download, Duration took) {
            chunksDownloaded.put(version.version(), download.chunks());
        }

        @Override
        public void uploaded(UpdateManifest manifest, long bytes, Duration took) {
            uploaded.add(manifest);
        }

        @Override
        public void skipped(RoundPlan plan, String reason) {
            skipped.add(plan);
        }

        @Override
        public void evaluated(SiloEvaluation evaluation) {
            evaluated.add(evaluation.version());
        }

        @Override
        public void left() {
            left = true;
        }
    }
}
