package io.tributary.aggregation;

import io.tributary.aggregation.check.Finding;
import io.tributary.aggregation.check.JobTimes;
import io.tributary.aggregation.check.TimeChecks;
import io.tributary.kafka.KafkaConnection;
import io.tributary.kafka.client.SiloTimes;
import io.tributary.kafka.records.TopicContent;
import io.tributary.kafka.registry.RegistryConnection;
import io.tributary.kafka.registry.SubjectNaming;
import io.tributary.kafka.topics.FederationTopics;
import io.tributary.operators.optimizer.ServerOptimizer;
import io.tributary.operators.privacy.NoiseSettings;
import io.tributary.operators.round.Fallback;
import io.tributary.operators.round.FederationPlan;
import io.tributary.operators.round.Pace;
import io.tributary.operators.round.RelayPlan;
import io.tributary.operators.round.SampleSize;
import io.tributary.operators.round.WeightBasis;
import io.tributary.operators.rule.AggregationRule;
import io.tributary.operators.rule.FoldGrid;
import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.round.LocalSolver;
import io.tributary.schemas.round.LocalTraining;
import io.tributary.schemas.silo.SiloPresence;
import io.tributary.schemas.update.UpdateChunk;
import io.tributary.schemas.update.UpdateManifest;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.util.TimeUtils;
import org.jspecify.annotations.Nullable;

/**
 * The job's options, read, typed and checked against each other before anything starts.
 *
 * @param connection the Kafka cluster
 * @param topics the federation's topics
 * @param plan what every round follows from
 * @param noise what rules that add noise draw it with
 * @param relay what makes the job a relay; null if it makes versions
 * @param checkpointInterval how often output becomes visible
 * @param transactionTimeout how long output may wait for its checkpoint
 * @param discoveryInterval how often to look for topics of new silos
 * @param uploadTimeout how long an upload may take to be whole
 */
public record JobSettings(
        KafkaConnection connection,
        FederationTopics topics,
        FederationPlan plan,
        NoiseSettings noise,
        @Nullable RelaySettings relay,
        Duration checkpointInterval,
        Duration transactionTimeout,
        Duration discoveryInterval,
        Duration uploadTimeout) {

    /**
     * Reads and checks all options.
     *
     * @throws IllegalArgumentException naming the key, the value and the remedy
     */
    public static JobSettings from(Configuration options) {
        var settings = read(options);
        var problems =
                Finding.of(
                        Finding.Level.PROBLEM, TimeChecks.of(settings.times(), SiloTimes.DEFAULT));
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(
                    problems.stream().map(Finding::sentence).collect(Collectors.joining(". ")));
        }
        return settings;
    }

    /**
     * Reads all options and checks them, but for the times against each other.
     *
     * @throws IllegalArgumentException naming the key, the value and the remedy
     */
    public static JobSettings read(Configuration options) {
        var federation = required(options, JobOptions.FEDERATION);
        var plan = plan(options);
        var relay = relay(options, federation, plan);
        var parent = relay == null ? federation : relay.parent().federation();
        var settings =
                new JobSettings(
                        connection(options),
                        named(
                                JobOptions.FEDERATION,
                                () -> new FederationTopics(federation, parent)),
                        plan,
                        noise(options),
                        relay,
                        positive(options, JobOptions.CHECKPOINT_INTERVAL),
                        positive(options, JobOptions.TRANSACTION_TIMEOUT),
                        positive(options, JobOptions.DISCOVERY_INTERVAL),
                        positive(options, JobOptions.UPLOAD_TIMEOUT));
        settings.checkSecret();
        return settings;
    }

    private static KafkaConnection connection(Configuration options) {
        var servers = required(options, JobOptions.BOOTSTRAP_SERVERS);
        var security = new TreeMap<String, String>();
        value(options, JobOptions.KAFKA_SECURITY).forEach(security::put);
        var registry = registry(options);
        return named(
                JobOptions.BOOTSTRAP_SERVERS,
                () -> new KafkaConnection(servers, security, registry));
    }

    private static @Nullable RegistryConnection registry(Configuration options) {
        var urls = value(options, JobOptions.REGISTRY_URL);
        if (urls.isBlank()) {
            return null;
        }
        var subjects =
                named(
                        JobOptions.REGISTRY_SUBJECTS,
                        () -> SubjectNaming.parse(value(options, JobOptions.REGISTRY_SUBJECTS)));
        boolean writes = value(options, JobOptions.REGISTRY_WRITE);
        boolean autoRegister = value(options, JobOptions.REGISTRY_AUTO_REGISTER);
        var security = value(options, JobOptions.REGISTRY_SECURITY);
        return named(
                JobOptions.REGISTRY_URL,
                () ->
                        new RegistryConnection(
                                RegistryConnection.split(urls),
                                writes,
                                subjects,
                                autoRegister,
                                security));
    }

    /** The job's name on its Kafka cluster: consumer group, and prefix of its transactional ids. */
    public String name() {
        return topics.job(plan.model());
    }

    /** Whether the job reads a topic of this name, or writes to it. */
    public boolean uses(String topic) {
        return topics.isOwn(topic)
                || (relay != null && topic.equals(relay.parent().updates(relay.plan().relay())));
    }

    /** What the job writes, by topic. */
    public Map<String, List<Class<? extends Record>>> writes() {
        var writes = new TreeMap<String, List<Class<? extends Record>>>();
        writes.put(topics.rounds(), TopicContent.ROUNDS.types());
        writes.put(topics.rejected(), TopicContent.REJECTED.types());
        if (relay == null) {
            writes.put(topics.models(), TopicContent.MODELS.types());
            writes.put(topics.versions(), TopicContent.VERSIONS.types());
        } else {
            writes.put(
                    relay.parent().updates(relay.plan().relay()),
                    List.of(UpdateChunk.class, UpdateManifest.class, SiloPresence.class));
        }
        return writes;
    }

    private static @Nullable RelaySettings relay(
            Configuration options, String federation, FederationPlan region) {
        var parent = value(options, JobOptions.RELAY_PARENT);
        if (parent.isBlank()) {
            return null;
        }
        check(
                !parent.equals(federation),
                "%s must be another federation than %s, got '%s' for both",
                JobOptions.RELAY_PARENT.key(),
                JobOptions.FEDERATION.key(),
                parent);
        var topics = named(JobOptions.RELAY_PARENT, () -> new FederationTopics(parent));
        var named = value(options, JobOptions.RELAY_SILO);
        var silo =
                named(
                        JobOptions.RELAY_SILO,
                        () -> FederationTopics.checkSilo(named.isBlank() ? federation : named));
        double share = value(options, JobOptions.RELAY_DEADLINE_SHARE);
        long heartbeat = positive(options, JobOptions.RELAY_HEARTBEAT).toMillis();
        return named(
                JobOptions.RELAY_PARENT,
                () -> new RelaySettings(topics, new RelayPlan(silo, region, share, heartbeat)));
    }

    private static Map<String, Integer> relays(Configuration options) {
        var relays = new TreeMap<String, Integer>();
        value(options, JobOptions.RELAYS)
                .forEach(
                        (silo, text) -> {
                            check(JobOptions.RELAYS, () -> FederationTopics.checkSilo(silo));
                            relays.put(
                                    silo, wholeNumber(JobOptions.RELAYS.key() + "." + silo, text));
                        });
        return relays;
    }

    private static NoiseSettings noise(Configuration options) {
        double delta = value(options, JobOptions.PRIVACY_DELTA);
        check(JobOptions.PRIVACY_DELTA, () -> new NoiseSettings(null, delta));
        var secret = value(options, JobOptions.NOISE_SECRET);
        return named(
                JobOptions.NOISE_SECRET,
                () -> new NoiseSettings(secret.isBlank() ? null : secret, delta));
    }

    private void checkSecret() {
        check(
                noise.secret() != null || !AggregationRule.parse(plan.rule()).addsNoise(),
                "%s '%s' adds noise, and %s is not set; draw a secret with 'openssl rand -hex 32'"
                        + " and keep it with the job",
                JobOptions.RULE.key(),
                plan.rule(),
                JobOptions.NOISE_SECRET.key());
    }

    /** What has to go with each other and with the cluster. */
    public JobTimes times() {
        return new JobTimes(
                checkpointInterval,
                transactionTimeout,
                uploadTimeout,
                Duration.ofMillis(plan.graceMillis()),
                Duration.ofMillis(plan.deadlineMillis()),
                Duration.ofMillis(plan.silenceMillis()),
                Duration.ofMillis(plan.publishTimeoutMillis()),
                plan.snapshotEvery());
    }

    private static FederationPlan plan(Configuration options) {
        var rule = value(options, JobOptions.RULE);
        var optimizer = value(options, JobOptions.SERVER_OPTIMIZER);
        check(JobOptions.RULE, () -> AggregationRule.parse(rule));
        var fallback = value(options, JobOptions.FALLBACK);
        check(JobOptions.FALLBACK, () -> new Fallback(fallback));
        check(JobOptions.SERVER_OPTIMIZER, () -> ServerOptimizer.parse(optimizer));
        int minSilos = atLeast(1, options, JobOptions.MIN_SILOS);
        int quorum = atLeast(0, options, JobOptions.QUORUM);
        check(
                quorum <= minSilos,
                "%s (%s) must not exceed %s (%s)",
                JobOptions.QUORUM.key(),
                quorum,
                JobOptions.MIN_SILOS.key(),
                minSilos);
        var sample =
                named(
                        JobOptions.SAMPLE,
                        () -> {
                            var size = new SampleSize(value(options, JobOptions.SAMPLE));
                            size.checkHolds(quorum == 0 ? minSilos : quorum);
                            return size;
                        });
        var sampleBy =
                named(
                        JobOptions.SAMPLE_BY,
                        () -> WeightBasis.parse(value(options, JobOptions.SAMPLE_BY)));
        int quantum = value(options, JobOptions.FOLD_QUANTUM_EXPONENT);
        check(JobOptions.FOLD_QUANTUM_EXPONENT, () -> new FoldGrid(quantum));
        var codec = named(JobOptions.CODEC, () -> Codec.parse(value(options, JobOptions.CODEC)));
        var versionCodec =
                named(
                        JobOptions.VERSION_CODEC,
                        () ->
                                FederationPlan.checkVersionCodec(
                                        Codec.parse(value(options, JobOptions.VERSION_CODEC))));
        var weights =
                named(
                        JobOptions.WEIGHTS,
                        () -> WeightBasis.parse(value(options, JobOptions.WEIGHTS)));
        var training = training(options);
        var localStepsOf = localStepsOf(options);
        var relays = relays(options);
        var model =
                named(
                        JobOptions.MODEL,
                        () -> FederationTopics.checkModel(value(options, JobOptions.MODEL)));
        int rounds = atLeast(0, options, JobOptions.ROUNDS);
        long weightCap = atLeast(0, options, JobOptions.WEIGHT_CAP);
        int localSteps = atLeast(1, options, JobOptions.LOCAL_STEPS);
        long grace = value(options, JobOptions.GRACE).toMillis();
        long graceMin = value(options, JobOptions.GRACE_MIN).toMillis();
        check(
                graceMin <= grace,
                "%s (%s ms) must not exceed %s (%s ms)",
                JobOptions.GRACE_MIN.key(),
                graceMin,
                JobOptions.GRACE.key(),
                grace);
        double graceFactor = value(options, JobOptions.GRACE_FACTOR);
        inRange(JobOptions.GRACE_FACTOR, graceFactor, 0, 1e6);
        long deadline = positive(options, JobOptions.DEADLINE).toMillis();
        long silence = positive(options, JobOptions.SILENCE).toMillis();
        long publishTimeout = positive(options, JobOptions.PUBLISH_TIMEOUT).toMillis();
        int snapshotEvery = atLeast(1, options, JobOptions.SNAPSHOT_EVERY);
        long seed = value(options, JobOptions.SEED);
        return named(
                JobOptions.RULE,
                () ->
                        new FederationPlan(
                                model,
                                rounds,
                                rule,
                                fallback,
                                optimizer,
                                codec,
                                versionCodec,
                                weights,
                                weightCap,
                                localSteps,
                                localStepsOf,
                                training,
                                minSilos,
                                sample,
                                sampleBy,
                                quorum == 0 ? minSilos : quorum,
                                grace,
                                graceMin,
                                graceFactor,
                                deadline,
                                silence,
                                publishTimeout,
                                snapshotEvery,
                                quantum,
                                relays,
                                pace(options),
                                seed));
    }

    private static Map<String, Integer> localStepsOf(Configuration options) {
        var option = JobOptions.LOCAL_STEPS_OF;
        var steps = new TreeMap<String, Integer>();
        value(options, option)
                .forEach(
                        (silo, text) -> {
                            check(option, () -> FederationTopics.checkSilo(silo));
                            steps.put(silo, wholeNumber(option.key() + "." + silo, text));
                        });
        return steps;
    }

    private static Pace pace(Configuration options) {
        var mode = named(JobOptions.MODE, () -> Pace.Mode.parse(value(options, JobOptions.MODE)));
        boolean asynchronous = mode == Pace.Mode.ASYNCHRONOUS;
        var late = value(options, JobOptions.LATE);
        check(
                List.of("auto", "drop", "fold").contains(late),
                "%s must be auto, drop or fold, got '%s'",
                JobOptions.LATE.key(),
                late);
        check(
                !(asynchronous && late.equals("drop")),
                "%s asynchronous takes late updates; leave out %s, or set it to fold",
                JobOptions.MODE.key(),
                JobOptions.LATE.key());
        boolean folds = late.equals("fold") || asynchronous;
        int limit = atLeast(1, options, JobOptions.STALENESS_LIMIT);
        double exponent = value(options, JobOptions.STALENESS_EXPONENT);
        return named(
                JobOptions.STALENESS_LIMIT,
                () -> folds ? new Pace(mode, limit, exponent) : new Pace(mode, 0, 0));
    }

    private static LocalTraining training(Configuration options) {
        var training =
                new LocalTraining(
                        solver(value(options, JobOptions.SOLVER)),
                        value(options, JobOptions.LEARNING_RATE),
                        value(options, JobOptions.MIN_LEARNING_RATE),
                        atLeast(0, options, JobOptions.WARMUP_STEPS),
                        atLeast(0, options, JobOptions.TOTAL_STEPS),
                        value(options, JobOptions.MOMENTUM),
                        value(options, JobOptions.BETA1),
                        value(options, JobOptions.BETA2),
                        value(options, JobOptions.EPSILON),
                        value(options, JobOptions.WEIGHT_DECAY),
                        value(options, JobOptions.CLIP_NORM),
                        value(options, JobOptions.KEEP_MOMENTS),
                        atLeast(1, options, JobOptions.BATCH_SIZE),
                        atLeast(1, options, JobOptions.SEQUENCE_LENGTH));
        inRange(JobOptions.LEARNING_RATE, training.peakLearningRate(), 1e-12, 1e3);
        inRange(
                JobOptions.MIN_LEARNING_RATE,
                training.minLearningRate(),
                0,
                training.peakLearningRate());

        share(JobOptions.MOMENTUM, training.momentum());
        share(JobOptions.BETA1, training.beta1());
        share(JobOptions.BETA2, training.beta2());
        inRange(JobOptions.EPSILON, training.epsilon(), 1e-30, 1);
        inRange(JobOptions.WEIGHT_DECAY, training.weightDecay(), 0, 1e3);
        inRange(JobOptions.CLIP_NORM, training.clipNorm(), 0, 1e9);

        check(
                training.totalSteps() == 0 || training.totalSteps() > training.warmupSteps(),
                "%s (%s) must be 0 or more than %s (%s)",
                JobOptions.TOTAL_STEPS.key(),
                training.totalSteps(),
                JobOptions.WARMUP_STEPS.key(),
                training.warmupSteps());
        return training;
    }

    private static LocalSolver solver(String text) {
        try {
            return LocalSolver.valueOf(text.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "%s must be adamw or sgd, got '%s'".formatted(JobOptions.SOLVER.key(), text),
                    e);
        }
    }

    private static int wholeNumber(String key, String text) {
        int number;
        try {
            number = Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "%s must be a whole number, got '%s'".formatted(key, text), e);
        }
        check(number >= 1, "%s must be at least 1, got %s", key, number);
        return number;
    }

    /** Flink says which value it cannot read, but not what it expects. */
    private static <T> T value(Configuration options, ConfigOption<T> option) {
        try {
            return options.get(option);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "%s must be %s, got '%s'"
                            .formatted(
                                    option.key(),
                                    JobOptions.expected(option),
                                    options.toMap().get(option.key())),
                    e);
        }
    }

    private static <N extends Number> N atLeast(
            long low, Configuration options, ConfigOption<N> option) {
        var value = value(options, option);
        check(value.longValue() >= low, "%s must be at least %s, got %s", option.key(), low, value);
        return value;
    }

    private static String required(Configuration options, ConfigOption<String> option) {
        return options.getOptional(option)
                .filter(value -> !value.isBlank())
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "%s is not set; set it in the configuration file or with"
                                                        .formatted(option.key())
                                                + " -D"
                                                + option.key()
                                                + "=..."));
    }

    private static Duration positive(Configuration options, ConfigOption<Duration> option) {
        var value = value(options, option);
        check(
                value.toMillis() >= 1,
                "%s must be at least 1 ms, got %s",
                option.key(),
                TimeUtils.formatWithHighestUnit(value));
        return value;
    }

    private static void inRange(
            ConfigOption<Double> option, double value, double low, double high) {
        check(
                value >= low && value <= high,
                "%s must be %s to %s, got %s",
                option.key(),
                low,
                high,
                value);
    }

    private static void share(ConfigOption<Double> option, double value) {
        check(
                value >= 0 && value < 1,
                "%s must be at least 0 and below 1, got %s",
                option.key(),
                value);
    }

    /** Puts the key in front of an error of a class that does not know it. */
    private static <T> T named(ConfigOption<?> option, Supplier<T> read) {
        try {
            return read.get();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(option.key() + ": " + e.getMessage(), e);
        }
    }

    private static void check(ConfigOption<?> option, Supplier<?> read) {
        var unused = named(option, read);
    }

    private static void check(boolean condition, String message, Object... values) {
        if (!condition) {
            throw new IllegalArgumentException(message.formatted(values));
        }
    }
}
