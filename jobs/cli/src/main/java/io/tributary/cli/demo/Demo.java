package io.tributary.cli.demo;

import io.tributary.aggregation.JobSettings;
import io.tributary.aggregation.LocalCluster;
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
import io.tributary.kafka.KafkaConnection;
import io.tributary.kafka.client.FederationFollower;
import io.tributary.kafka.client.Genesis;
import io.tributary.kafka.client.GenesisWriter;
import io.tributary.kafka.client.ModelReplica;
import io.tributary.kafka.embedded.EmbeddedBroker;
import io.tributary.kafka.topics.CatalogueSettings;
import io.tributary.kafka.topics.FederationTopics;
import io.tributary.kafka.topics.TopicAdmin;
import io.tributary.kafka.topics.TopicCatalogue;
import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.model.ParameterBuffer;
import io.tributary.schemas.round.RoundPlan;
import io.tributary.silo.Evaluation;
import io.tributary.silo.export.HuggingFaceExport;
import io.tributary.silo.model.Architecture;
import io.tributary.silo.model.ModelInitializer;
import io.tributary.silo.text.ByteTokenizer;
import io.tributary.silo.train.DjlTrainer;
import io.tributary.silo.train.ModelEvaluator;
import io.tributary.silo.train.TextGenerator;
import io.tributary.silo.train.TrainerOptions;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.flink.api.common.JobID;
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
    private static final Duration PATIENCE = Duration.ofMinutes(2);
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
            List<RoundPlan> plans,
            ParameterBuffer shared) {}

    /** Runs the demo to its end. */
    public void run() throws Exception {
        var own = ownTexts();
        checkJob(own == null ? options.silos() : own.size());
        var folders = own == null ? preparedTexts() : own;
        var trainers = trainers(folders);
        var baselines = baselines(trainers);
        var run = federate(trainers);
        // The federation's trainers keep moments of the shared model: alone begins without any.
        var alone = alone(trainers(folders), run);
        finish(run, baselines, alone);
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
    private void checkJob(int silos) {
        var steps = new TreeMap<String, Integer>();
        for (int i = 0; i < silos; i++) {
            steps.put("silo-" + i, 1);
        }
        var job = DemoRecipe.jobOptions(options, steps);
        job.put("kafka.bootstrap-servers", "127.0.0.1:9092"); // the broker's port is not known yet
        var settings = JobSettings.from(Configuration.fromMap(job));
        LOG.info("{}", settings.plan());
    }

    /** The folder of each silo's text cut from build artifacts, by silo id. */
    private Map<String, Path> preparedTexts() throws IOException {
        var folders = new TreeMap<String, Path>();
        var target = options.output().resolve("texts");
        out.println("Cutting text for " + options.silos() + " silos from build artifacts ...");
        for (var text :
                DemoCorpus.prepare(
                        corpusArtifacts, target, options.silos(), DemoRecipe.BYTES_PER_SILO)) {
            folders.put(text.silo(), target.resolve(text.silo()));
            out.printf(
                    "  %-8s %,9d bytes in %,4d documents%n",
                    text.silo(), text.bytes(), text.documents());
        }
        return folders;
    }

    /** The folder of each silo's text in the caller's folder; null if there is none. */
    private @Nullable Map<String, Path> ownTexts() throws IOException {
        if (options.data() == null) {
            return null;
        }
        if (!Files.isDirectory(options.data())) {
            throw new IllegalArgumentException(
                    "--data %s is not a folder".formatted(options.data()));
        }
        var folders = new TreeMap<String, Path>();
        try (var children = Files.list(options.data())) {
            children.filter(Files::isDirectory)
                    .forEach(folder -> folders.put(folder.getFileName().toString(), folder));
        }
        if (folders.isEmpty()) {
            throw new IllegalArgumentException(
                    "--data %s has no folders in it; it needs one folder of text per silo"
                            .formatted(options.data()));
        }
        folders.keySet().forEach(FederationTopics::checkSilo);
        return folders;
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

    private Run federate(Map<String, DjlTrainer> trainers) throws Exception {
        var work = Files.createTempDirectory("tributary-demo");
        try (var folder = new TemporaryFolder(work);
                var broker = EmbeddedBroker.start(folder.path().resolve("kafka"));
                var cluster = LocalCluster.start(folder.path().resolve("flink"), 1, 2, 2)) {
            var connection = broker.connection();
            var topics = new FederationTopics(DemoRecipe.FEDERATION);
            try (var admin = new TopicAdmin(connection, PATIENCE)) {
                var catalogue = new TopicCatalogue(topics, CatalogueSettings.singleBroker());
                admin.create(catalogue.all(trainers.keySet()));
            }
            var architecture = DemoRecipe.architecture(vocabulary());
            var initial =
                    ModelInitializer.initialize(
                            architecture, DemoRecipe.CHUNK_ELEMENTS, options.seed());
            var genesis = publish(connection, topics, architecture, initial);
            var steps = DemoRecipe.localSteps(List.copyOf(trainers.keySet()), options.workSpread());
            var job = DemoRecipe.jobOptions(options, steps);
            job.put("kafka.bootstrap-servers", broker.bootstrapServers());
            var running = cluster.submit(JobSettings.from(Configuration.fromMap(job)), null);
            out.printf(
                    "Kafka broker at %s, Flink web interface at %s%n",
                    broker.bootstrapServers(), cluster.webInterface());
            out.printf(
                    "%d silos train a model of %,d parameters; local steps per round: %s%n%n",
                    trainers.size(), genesis.layout().elements(), steps);

            try (var crew = SiloCrew.start(connection, trainers, folder.path().resolve("silos"));
                    var observer = FederationObserver.all(connection, topics, Clock.systemUTC())) {
                watch(cluster, running, crew, observer);
                var snapshot = observer.snapshot(DemoRecipe.MODEL);
                var traffic = observer.traffic(DemoRecipe.MODEL, PATIENCE);
                var last = snapshot.newestVersion().orElseThrow();
                return new Run(
                        snapshot,
                        traffic,
                        genesis,
                        initial,
                        plans(snapshot),
                        download(connection, topics, last.version()));
            }
        }
    }

    private ModelVersion publish(
            KafkaConnection connection,
            FederationTopics topics,
            Architecture architecture,
            ParameterBuffer initial) {
        var genesis =
                new Genesis(DemoRecipe.MODEL, 0, -1, architecture.toJson(), "bytes", Codec.F32, 0);
        return new GenesisWriter(connection, topics, PATIENCE).write(genesis, initial);
    }

    private void watch(LocalCluster cluster, JobID job, SiloCrew crew, FederationObserver observer)
            throws InterruptedException, ExecutionException {
        try (ProgressView view = ProgressViews.open(options.rounds(), environment)) {
            while (true) {
                observer.poll(Duration.ofMillis(100));
                crew.check();
                cluster.checkRuns(job);
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

    private static List<RoundPlan> plans(FederationSnapshot snapshot) {
        return snapshot.rounds().stream().map(round -> round.plan()).toList();
    }

    private static ParameterBuffer download(
            KafkaConnection connection, FederationTopics topics, int version) throws Exception {
        try (var follower = FederationFollower.newest(connection, topics, DemoRecipe.MODEL);
                var replica = ModelReplica.open(connection, topics, DemoRecipe.MODEL)) {
            follower.catchUp(PATIENCE);
            replica.download(follower.version(DemoRecipe.MODEL, version).orElseThrow(), PATIENCE);
            return replica.parameters();
        }
    }

    /** Trains every silo's model alone, and measures it on its own text and on everybody's. */
    private Map<String, Perplexities> alone(Map<String, DjlTrainer> trainers, Run run)
            throws Exception {
        var training = new AloneTraining(run.genesis(), run.plans());
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

    private String sample(ParameterBuffer shared) throws InterruptedException {
        try (var tokenizer = new ByteTokenizer()) {
            return new TextGenerator(DemoRecipe.architecture(vocabulary()), shared, tokenizer)
                    .generate(
                            "", SAMPLE_TOKENS, new TextGenerator.Sampling(0.7, 40, options.seed()));
        }
    }
}
