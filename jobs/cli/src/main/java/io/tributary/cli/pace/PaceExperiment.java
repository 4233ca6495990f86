package io.tributary.cli.pace;

import io.tributary.aggregation.JobSettings;
import io.tributary.cli.InputException;
import io.tributary.cli.demo.DemoOptions;
import io.tributary.cli.demo.DemoRecipe;
import io.tributary.cli.demo.LocalFederation;
import io.tributary.cli.demo.SiloFolders;
import io.tributary.cli.report.TrainingProgress;
import io.tributary.cli.watch.FederationObserver;
import io.tributary.cli.watch.FederationSnapshot;
import io.tributary.cli.watch.VersionSnapshot;
import io.tributary.schemas.round.RoundPlan;
import io.tributary.silo.SiloListener;
import io.tributary.silo.text.ByteTokenizer;
import io.tributary.silo.train.DjlTrainer;
import io.tributary.silo.train.TrainerOptions;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.configuration.Configuration;

/**
 * Trains the demo's model in several ways, with one slow silo, and measures every version.
 *
 * <p>All arms have the same silos, text, initial model, local steps per round, server step and
 * number of updates in versions. Learning rates stay where they are after the warm-up: if they fell
 * towards the end of a run, an arm that gets there sooner would look better in the middle than it
 * is. Silos do not evaluate: versions are measured after the run, on the held-out text of all, so
 * that a silo too busy to evaluate is not missing in the figure, and the clock counts training
 * alone.
 */
public final class PaceExperiment {

    /** No version for so long means that something is wrong. */
    private static final Duration LONGEST_ROUND = Duration.ofMinutes(10);

    /** All that a silo itself predicts of a version: next to nothing. */
    private static final int SILO_EVALUATION_TOKENS = DemoRecipe.CONTEXT;

    private final PaceOptions options;
    private final Path corpusArtifacts;
    private final PaceProgress progress;
    private final PrintStream out;

    /**
     * @param corpusArtifacts folder with the archives the demo's text is cut from
     * @param progress told how far it is
     */
    public PaceExperiment(
            PaceOptions options, Path corpusArtifacts, PaceProgress progress, PrintStream out) {
        this.options = options;
        this.corpusArtifacts = corpusArtifacts;
        this.progress = progress;
        this.out = out;
    }

    /** What the silos had done when the run ended. */
    private record Ended(FederationSnapshot snapshot, long computedTokens) {}

    /** Every arm with every seed, seed by seed, so that a machine that slows down slows all. */
    public List<PaceRun> run() throws Exception {
        var folders =
                options.data() == null
                        ? SiloFolders.prepared(
                                corpusArtifacts, options.output(), options.silos(), out)
                        : SiloFolders.own(options.data());
        check(folders);
        var runs = new ArrayList<PaceRun>();
        for (long seed : options.seeds()) {
            for (var arm : options.arms()) {
                runs.add(run(arm, seed, folders));
            }
        }
        return List.copyOf(runs);
    }

    /** Refuses what cannot work before any work is done. */
    private void check(Map<String, Path> folders) {
        if (folders.size() < 2) {
            throw new IllegalArgumentException(
                    "--data %s has the text of one silo; a slow one needs company"
                            .formatted(options.data()));
        }
        options.slow().among(folders.keySet());
        for (var arm : options.arms()) {
            var job = jobOptions(arm, options.seeds().get(0), folders);
            job.put("kafka.bootstrap-servers", "127.0.0.1:9092"); // not known yet
            JobSettings.from(Configuration.fromMap(job));
        }
    }

    private PaceRun run(Arm arm, long seed, Map<String, Path> folders) throws Exception {
        int versions = arm.versions(options.rounds(), folders.size());
        progress.begins(arm, seed, versions);
        var trainers = trainers(folders, seed);
        var slow = options.slow().among(folders.keySet());
        var architecture = DemoRecipe.architecture(vocabulary());
        try (var federation =
                        LocalFederation.start(
                                trainers.keySet(),
                                architecture,
                                seed,
                                jobOptions(arm, seed, folders));
                var heldOut =
                        new PooledHeldOut(
                                architecture, trainers.values(), options.heldOutTokens())) {
            var ended = train(federation, trainers, versions);
            var points = points(federation, heldOut, ended.snapshot(), versions);
            int slowUpdates =
                    (int)
                            ended.snapshot().versions().stream()
                                    .filter(v -> v.version() <= versions)
                                    .flatMap(v -> v.member(slow).stream())
                                    .count();
            var run = new PaceRun(arm, seed, points, ended.computedTokens(), slow, slowUpdates);
            progress.ended(run);
            return run;
        }
    }

    private Ended train(LocalFederation federation, Map<String, DjlTrainer> trainers, int versions)
            throws InterruptedException, ExecutionException {
        var computed = new AtomicLong();
        try (var observer = federation.observe()) {
            try (var crew =
                    federation.join(options.slow().slow(trainers), silo -> counter(computed))) {
                var snapshot = await(federation, observer, versions);
                return new Ended(snapshot, computed.get());
            }
        }
    }

    private static SiloListener counter(AtomicLong computed) {
        return new SiloListener() {
            @Override
            public void step(RoundPlan plan, int step, double loss, double tokensPerSecond) {
                var training = plan.training();
                computed.addAndGet((long) training.batchSize() * training.sequenceLength());
            }
        };
    }

    private FederationSnapshot await(
            LocalFederation federation, FederationObserver observer, int versions)
            throws InterruptedException, ExecutionException {
        int newest = 0;
        long sinceNanos = System.nanoTime();
        while (true) {
            observer.poll(Duration.ofMillis(100));
            federation.check();
            var snapshot = observer.snapshot(DemoRecipe.MODEL);
            int now = snapshot.newestVersion().map(VersionSnapshot::version).orElse(0);
            if (now > newest) {
                newest = now;
                sinceNanos = System.nanoTime();
                progress.version(now, snapshot.secondsElapsed());
            }
            if (now >= versions) {
                return snapshot;
            }
            if (System.nanoTime() - sinceNanos > LONGEST_ROUND.toNanos()) {
                throw new IllegalStateException(
                        "no version after version %s within %s minutes"
                                .formatted(newest, LONGEST_ROUND.toMinutes()));
            }
        }
    }

    private List<Point> points(
            LocalFederation federation,
            PooledHeldOut heldOut,
            FederationSnapshot snapshot,
            int versions)
            throws Exception {
        var reached = new TreeMap<Integer, TrainingProgress>();
        TrainingProgress.of(snapshot).forEach(p -> reached.put(p.version(), p));
        var points = new ArrayList<Point>();
        federation.read(
                0,
                versions,
                (version, parameters) -> {
                    int number = version.version();
                    int late =
                            (int)
                                    version.cohort().stream()
                                            .filter(member -> member.round() < number)
                                            .count();
                    points.add(
                            new Point(
                                    number,
                                    reached.get(number).seconds(),
                                    reached.get(number).tokens(),
                                    late,
                                    heldOut.perplexity(parameters)));
                    progress.measured(number);
                });
        return List.copyOf(points);
    }

    private static Map<String, DjlTrainer> trainers(Map<String, Path> folders, long seed) {
        var trainers = new TreeMap<String, DjlTrainer>();
        folders.forEach(
                (silo, folder) ->
                        trainers.put(
                                silo,
                                InputException.reading(
                                        () ->
                                                DjlTrainer.open(
                                                        TrainerOptions.of(folder)
                                                                .withSeed(seed)
                                                                .withEvaluationTokens(
                                                                        SILO_EVALUATION_TOKENS)))));
        return trainers;
    }

    private Map<String, String> jobOptions(Arm arm, long seed, Map<String, Path> folders) {
        var steps = new TreeMap<String, Integer>();
        folders.keySet().forEach(silo -> steps.put(silo, options.localSteps()));
        var demo =
                new DemoOptions(
                        arm.versions(options.rounds(), folders.size()),
                        folders.size(),
                        "mean",
                        options.serverOptimizer(),
                        "f32",
                        1,
                        arm.pace(folders.size(), options.stalenessExponent()),
                        options.slow(),
                        options.data(),
                        seed,
                        options.output(),
                        null,
                        false);
        var job = DemoRecipe.jobOptions(demo, steps);
        var rate = String.valueOf(options.learningRate());
        job.put("local.learning-rate", rate);
        job.put("local.min-learning-rate", rate);
        job.put("local.total-steps", "0"); // the rate stays
        return job;
    }

    private static int vocabulary() throws IOException {
        try (var tokenizer = new ByteTokenizer()) {
            return tokenizer.vocabularySize();
        }
    }
}
