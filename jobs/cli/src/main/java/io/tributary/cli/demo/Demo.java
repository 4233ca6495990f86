package io.tributary.cli.demo;

import io.tributary.aggregation.JobSettings;
import io.tributary.cli.InputException;
import io.tributary.cli.baseline.Baseline;
import io.tributary.cli.baseline.BigramBaseline;
import io.tributary.cli.baseline.HeldOutLoss;
import io.tributary.cli.baseline.UnigramBaseline;
import io.tributary.cli.corpus.DemoCorpus;
import io.tributary.cli.report.AloneAgainstTogether;
import io.tributary.cli.report.Baselines;
import io.tributary.cli.report.DemoReport;
import io.tributary.cli.report.LearningCurve;
import io.tributary.cli.report.NoFontsException;
import io.tributary.cli.report.Perplexities;
import io.tributary.cli.report.ReportJson;
import io.tributary.cli.watch.FederationObserver;
import io.tributary.cli.watch.FederationSnapshot;
import io.tributary.cli.watch.ProgressView;
import io.tributary.cli.watch.ProgressViews;
import io.tributary.cli.watch.Traffic;
import io.tributary.cli.watch.VersionSnapshot;
import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.model.ParameterBuffer;
import io.tributary.silo.Evaluation;
import io.tributary.silo.LocalTrainer;
import io.tributary.silo.SiloListener;
import io.tributary.silo.export.HuggingFaceExport;
import io.tributary.silo.text.ByteTokenizer;
import io.tributary.silo.train.DjlTrainer;
import io.tributary.silo.train.ModelEvaluator;
import io.tributary.silo.train.TextGenerator;
import io.tributary.silo.train.TrainerOptions;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.flink.configuration.Configuration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A whole federation in one process: a Kafka broker, a Flink cluster with the aggregation job, and
 * silos that pre-train one model on different kinds of text. Nothing in it is special to the demo
 * but that it all runs here; the silos, the job and the observer meet in the log alone.
 */
public final class Demo {

    private static final Logger LOG = LoggerFactory.getLogger(Demo.class);
    private static final int SAMPLE_TOKENS = 240;
    private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();

    private final DemoOptions options;
    private final Path corpusArtifacts;
    private final PrintStream out;
    private final Map<String, String> environment;

    /**
     * @param corpusArtifacts folder with the archives the demo's text is cut from
     * @param environment the process's environment, for what the terminal can do
     */
    public Demo(
            DemoOptions options,
            Path corpusArtifacts,
            PrintStream out,
            Map<String, String> environment) {
        this.options = options;
        this.corpusArtifacts = corpusArtifacts;
        this.out = out;
        this.environment = environment;
    }

    /** What the log said at the end of the run. */
    private record Run(
            FederationSnapshot snapshot,
            NavigableMap<Integer, Traffic> traffic,
            ModelVersion genesis,
            ParameterBuffer initial,
            ParameterBuffer shared) {}

    /** Runs the demo to its end. */
    public void run() throws Exception {
        var own = options.data() == null ? null : SiloFolders.own(options.data());
        checkJob(own);
        var folders =
                own == null
                        ? SiloFolders.prepared(
                                corpusArtifacts, options.output(), options.silos(), out)
                        : own;
        var trainers = trainers(folders);
        var baselines = baselines(trainers);
        try (var page = new DemoPage(options.page(), out)) {
            var run = federate(trainers, page);
            // The federation's trainers keep moments of the shared model: alone begins without any.
            var alone = alone(trainers(folders), run);
            finish(run, baselines, alone);
        }
    }

    private Map<String, DjlTrainer> trainers(Map<String, Path> folders) {
        var trainers = new TreeMap<String, DjlTrainer>();
        for (var folder : folders.entrySet()) {
            var trainerOptions =
                    TrainerOptions.of(folder.getValue())
                            .withSeed(options.seed())
                            .withEvaluationTokens(DemoRecipe.EVALUATION_TOKENS);
            trainers.put(
                    folder.getKey(), InputException.reading(() -> DjlTrainer.open(trainerOptions)));
        }
        return trainers;
    }

    /** Refuses what cannot work together before any work is done. */
    private void checkJob(@Nullable Map<String, Path> own) {
        var silos = own == null ? DemoCorpus.silos(options.silos()) : List.copyOf(own.keySet());
        if (options.slow() != null) {
            LOG.info("slow: {}", options.slow().among(silos));
        }
        var steps = new TreeMap<String, Integer>();
        silos.forEach(silo -> steps.put(silo, 1));
        var job = DemoRecipe.jobOptions(options, steps);
        job.put("kafka.bootstrap-servers", "127.0.0.1:9092"); // the broker's port is not known yet
        var settings = JobSettings.from(Configuration.fromMap(job));
        LOG.info("{}", settings.plan());
    }

    private static Baselines baselines(Map<String, DjlTrainer> trainers) {
        int vocabulary = vocabulary();
        var training = new ArrayList<int[]>();
        var heldOut = new ArrayList<int[]>();
        for (var trainer : trainers.values()) {
            training.add(trainer.text().trainingStream());
            trainer.evaluationWindows(DemoRecipe.CONTEXT)
                    .forEach(window -> heldOut.add(window.tokens()));
        }
        return new Baselines(
                perplexity(UnigramBaseline.train(training, vocabulary), heldOut),
                perplexity(BigramBaseline.train(training, vocabulary), heldOut));
    }

    private static double perplexity(Baseline baseline, List<int[]> heldOut) {
        HeldOutLoss loss = baseline.evaluate(heldOut);
        return loss.perplexity();
    }

    private static int vocabulary() {
        try (var tokenizer = new ByteTokenizer()) {
            return tokenizer.vocabularySize();
        }
    }

    private Run federate(Map<String, DjlTrainer> trainers, DemoPage page) throws Exception {
        var steps = DemoRecipe.localSteps(List.copyOf(trainers.keySet()), options.workSpread());
        var architecture = DemoRecipe.architecture(vocabulary());
        try (var federation =
                        LocalFederation.start(
                                trainers.keySet(),
                                architecture,
                                options.seed(),
                                DemoRecipe.jobOptions(options, steps));
                var looking = page.observe(federation)) {
            out.println(federation.addresses());
            out.printf(
                    "%d silos train a model of %,d parameters; local steps per round: %s%n",
                    trainers.size(), federation.genesis().layout().elements(), steps);
            announcePace(trainers.keySet());
            out.println();

            try (var silos = federation.join(slowed(trainers), silo -> SiloListener.NONE);
                    var observer = federation.observe()) {
                watch(federation, observer);
                var snapshot = observer.snapshot(DemoRecipe.MODEL);
                var traffic = observer.traffic(DemoRecipe.MODEL, LocalFederation.PATIENCE);
                return new Run(
                        snapshot,
                        traffic,
                        federation.genesis(),
                        federation.initial(),
                        parameters(federation, snapshot.newestVersion().orElseThrow().version()));
            }
        }
    }

    private void announcePace(Collection<String> silos) {
        var pace = options.pace();
        if (pace.equals(DemoPace.SYNCHRONOUS) && options.slow() == null) {
            return;
        }
        out.printf(
                "rounds are %s, a version needs %s of %s updates%s%n",
                pace.mode(),
                pace.quorumOf(silos.size()),
                silos.size(),
                options.slow() == null
                        ? ""
                        : "; %s takes %s times as long for a step"
                                .formatted(options.slow().among(silos), options.slow().factor()));
    }

    private Map<String, ? extends LocalTrainer> slowed(Map<String, DjlTrainer> trainers) {
        return options.slow() == null ? trainers : options.slow().slow(trainers);
    }

    private void watch(LocalFederation federation, FederationObserver observer)
            throws InterruptedException, ExecutionException {
        try (ProgressView view = ProgressViews.open(options.rounds(), environment)) {
            while (true) {
                observer.poll(Duration.ofMillis(100));
                federation.check();
                var snapshot = observer.snapshot(DemoRecipe.MODEL);
                view.show(snapshot);
                if (snapshot.version(options.rounds())
                        .filter(VersionSnapshot::fullyEvaluated)
                        .isPresent()) {
                    return;
                }
            }
        }
    }

    private static ParameterBuffer parameters(LocalFederation federation, int version)
            throws Exception {
        var copy = ParameterBuffer.allocate(federation.initial().layout());
        federation.read(version, version, (manifest, parameters) -> copy.copyFrom(parameters));
        return copy;
    }

    /** Trains every silo's model alone, and measures it on its own text and on everybody's. */
    private Map<String, Perplexities> alone(Map<String, DjlTrainer> trainers, Run run)
            throws Exception {
        var training = AloneTraining.of(run.genesis(), run.snapshot());
        var result = new TreeMap<String, Perplexities>();
        try (var crew = new WorkCrew(PROCESSORS);
                var progress = new AloneProgress(trainers.keySet(), training, out, environment)) {
            var pending = new TreeMap<String, Future<Perplexities>>();
            trainers.forEach(
                    (silo, trainer) ->
                            pending.put(
                                    silo,
                                    crew.submit(
                                            () -> {
                                                var model =
                                                        training.train(
                                                                silo,
                                                                trainer,
                                                                run.initial(),
                                                                step -> progress.step(silo, step));
                                                return measure(silo, model, trainers);
                                            })));
            for (var silo : pending.entrySet()) {
                result.put(silo.getKey(), silo.getValue().get());
            }
        }
        return result;
    }

    private static Perplexities measure(
            String silo, ParameterBuffer model, Map<String, DjlTrainer> trainers)
            throws InterruptedException {
        var evaluator = new ModelEvaluator(DemoRecipe.architecture(vocabulary()), model);
        Evaluation own = null;
        Evaluation mixture = new Evaluation(0, 0, 0);
        for (var trainer : trainers.entrySet()) {
            var evaluation =
                    evaluator.evaluate(trainer.getValue().evaluationWindows(DemoRecipe.CONTEXT));
            mixture = mixture.plus(evaluation);
            if (trainer.getKey().equals(silo)) {
                own = evaluation;
            }
        }
        return new Perplexities(own.perplexity(), mixture.perplexity());
    }

    private void finish(Run run, Baselines baselines, Map<String, Perplexities> alone)
            throws IOException, InterruptedException {
        var report =
                DemoReport.of(
                        run.snapshot(),
                        run.traffic(),
                        options.seed(),
                        pacing(alone.keySet()),
                        Double.NaN,
                        baselines,
                        alone);
        out.println();
        out.println(AloneAgainstTogether.of(report));
        out.println("A sample of the shared model:");
        out.println();
        out.println(sample(run.shared()).indent(4));

        var model = options.output().resolve("model");
        try (var tokenizer = new ByteTokenizer()) {
            HuggingFaceExport.write(
                    model, DemoRecipe.architecture(vocabulary()), run.shared(), tokenizer);
        }
        out.println("Model:          " + model);
        try {
            var curve = options.output().resolve("learning-curve.png");
            LearningCurve.write(run.snapshot(), baselines, curve);
            out.println("Learning curve: " + curve);
        } catch (NoFontsException e) {
            out.println("Learning curve: " + e.getMessage());
        }
        if (options.report() != null) {
            ReportJson.write(report, options.report());
            out.println("Report:         " + options.report());
        }
    }

    private DemoReport.Pacing pacing(Set<String> silos) {
        var slow = options.slow();
        return new DemoReport.Pacing(
                options.pace().mode().toString(),
                options.pace().quorumOf(silos.size()),
                slow == null ? null : slow.among(silos),
                slow == null ? 1 : slow.factor());
    }

    private String sample(ParameterBuffer shared) throws InterruptedException {
        try (var tokenizer = new ByteTokenizer()) {
            return new TextGenerator(DemoRecipe.architecture(vocabulary()), shared, tokenizer)
                    .generate(
                            "", SAMPLE_TOKENS, new TextGenerator.Sampling(0.7, 40, options.seed()));
        }
    }
}
