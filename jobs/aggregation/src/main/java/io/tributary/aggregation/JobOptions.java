package io.tributary.aggregation;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.description.HtmlFormatter;
import org.apache.flink.util.TimeUtils;

/**
 * Every option of the aggregation job. One YAML file holds them, nested or with dots; {@code
 * -Dkey=value} on the command line wins over the file.
 */
public final class JobOptions {

    public static final ConfigOption<String> BOOTSTRAP_SERVERS =
            ConfigOptions.key("kafka.bootstrap-servers")
                    .stringType()
                    .noDefaultValue()
                    .withDescription("Kafka brokers, host:port, comma-separated.");

    public static final ConfigOption<Map<String, String>> KAFKA_SECURITY =
            ConfigOptions.key("kafka.security")
                    .mapType()
                    .defaultValue(Map.of())
                    .withDescription(
                            "Client properties security.*, sasl.*, ssl.*, config.providers*.");

    public static final ConfigOption<String> REGISTRY_URL =
            ConfigOptions.key("kafka.schema-registry.url")
                    .stringType()
                    .defaultValue("")
                    .withDescription(
                            "Schema registry with Confluent's REST interface: what the job writes"
                                    + " names its schemas by the registry's numbers. Comma-separated"
                                    + " addresses of one. None is needed.");

    public static final ConfigOption<Boolean> REGISTRY_WRITE =
            ConfigOptions.key("kafka.schema-registry.write")
                    .booleanType()
                    .defaultValue(true)
                    .withDescription(
                            "Whether the job names schemas by the registry's numbers; otherwise it"
                                    + " only reads them, as long as not all of its readers know the"
                                    + " registry.");

    public static final ConfigOption<String> REGISTRY_SUBJECTS =
            ConfigOptions.key("kafka.schema-registry.subjects")
                    .stringType()
                    .defaultValue("record")
                    .withDescription(
                            "What subjects are named by: record, or topic-record. Topics alone"
                                    + " cannot be it: they carry several types of record.");

    public static final ConfigOption<Boolean> REGISTRY_AUTO_REGISTER =
            ConfigOptions.key("kafka.schema-registry.auto-register")
                    .booleanType()
                    .defaultValue(true)
                    .withDescription(
                            "Whether the job registers its schemas; otherwise it looks them up, and"
                                    + " 'tributary topics register' registers them.");

    public static final ConfigOption<Map<String, String>> REGISTRY_SECURITY =
            ConfigOptions.key("kafka.schema-registry.security")
                    .mapType()
                    .defaultValue(Map.of())
                    .withDescription(
                            "basic.auth.user.info (user:password) or bearer.auth.token, and"
                                    + " properties ssl.* and config.providers* as of a Kafka client.");

    public static final ConfigOption<Duration> DISCOVERY_INTERVAL =
            ConfigOptions.key("kafka.discovery-interval")
                    .durationType()
                    .defaultValue(Duration.ofSeconds(10))
                    .withDescription("How often to look for topics of new silos.");

    public static final ConfigOption<Duration> TRANSACTION_TIMEOUT =
            ConfigOptions.key("kafka.transaction-timeout")
                    .durationType()
                    .defaultValue(Duration.ofMinutes(15))
                    .withDescription(
                            "How long output may wait for its checkpoint. Must exceed the checkpoint"
                                    + " interval plus the longest restart; the broker's"
                                    + " transaction.max.timeout.ms bounds it.");

    public static final ConfigOption<String> FEDERATION =
            ConfigOptions.key("federation.name")
                    .stringType()
                    .noDefaultValue()
                    .withDescription("Name of the federation: the prefix of its topics.");

    public static final ConfigOption<String> MODEL =
            ConfigOptions.key("federation.model")
                    .stringType()
                    .defaultValue("main")
                    .withDescription("Name of the model line.");

    public static final ConfigOption<Map<String, String>> RELAYS =
            ConfigOptions.key("federation.relays")
                    .mapType()
                    .defaultValue(Map.of())
                    .withDescription(
                            "Silos that are relays of a region, and for how many silos each may"
                                    + " speak at most: federation.relays.north: 20. What a relay"
                                    + " says of its silos is taken on trust.");

    public static final ConfigOption<String> RELAY_PARENT =
            ConfigOptions.key("relay.parent")
                    .stringType()
                    .defaultValue("")
                    .withDescription(
                            "Makes this job a relay: it adds up the updates of its federation's"
                                    + " silos and sends the sum as one update to this one, whose"
                                    + " plans and versions its silos follow. Rule (where the"
                                    + " parent's does not fold), weights, weight cap, quorum, grace,"
                                    + " sample and silence are the region's own; weights and cap must"
                                    + " be the parent's.");

    public static final ConfigOption<String> RELAY_SILO =
            ConfigOptions.key("relay.silo")
                    .stringType()
                    .defaultValue("")
                    .withDescription(
                            "The relay's silo id in its parent federation; federation.name if not"
                                    + " set.");

    public static final ConfigOption<Double> RELAY_DEADLINE_SHARE =
            ConfigOptions.key("relay.deadline-share")
                    .doubleType()
                    .defaultValue(0.7)
                    .withDescription(
                            "Part of the parent's deadline after which a round of the region closes"
                                    + " with a quorum, above 0 and at most 1; the rest is for the"
                                    + " relay's upload. Never longer than round.deadline.");

    public static final ConfigOption<Duration> RELAY_HEARTBEAT =
            ConfigOptions.key("relay.heartbeat")
                    .durationType()
                    .defaultValue(Duration.ofSeconds(5))
                    .withDescription("How often a relay shows its parent that it lives.");

    public static final ConfigOption<Integer> ROUNDS =
            ConfigOptions.key("federation.rounds")
                    .intType()
                    .defaultValue(0)
                    .withDescription("Versions to make in all; 0 for no end.");

    public static final ConfigOption<Long> SEED =
            ConfigOptions.key("federation.seed")
                    .longType()
                    .defaultValue(0L)
                    .withDescription("Root of everything random.");

    public static final ConfigOption<String> RULE =
            ConfigOptions.key("round.rule")
                    .stringType()
                    .defaultValue("mean")
                    .withDescription(
                            "Aggregation rule, for instance mean, fednova, median,"
                                    + " trimmed-mean(f=1) or multi-krum(f=2), with steps such as"
                                    + " nnm(f=2) before it, each followed by a vertical bar; all are"
                                    + " listed in operators/README.md.");

    public static final ConfigOption<String> FALLBACK =
            ConfigOptions.key("round.fallback")
                    .stringType()
                    .defaultValue("extend")
                    .withDescription(
                            "What to do when the rule is not defined for the updates that came:"
                                    + " extend the round, lower-f (the largest f for which it is), or"
                                    + " another rule.");

    public static final ConfigOption<String> NOISE_SECRET =
            ConfigOptions.key("privacy.noise-secret")
                    .stringType()
                    .defaultValue("")
                    .withDescription(
                            "Secret that rules with differential privacy draw their noise with, at"
                                    + " least 32 characters ('openssl rand -hex 32'). Whoever knows"
                                    + " it can take the noise off: keep it out of plans and logs.");

    public static final ConfigOption<Double> PRIVACY_DELTA =
            ConfigOptions.key("privacy.delta")
                    .doubleType()
                    .defaultValue(1e-5)
                    .withDescription(
                            "The delta at which epsilon is reported with each version; well below"
                                    + " one over the number of silos.");

    public static final ConfigOption<String> SERVER_OPTIMIZER =
            ConfigOptions.key("round.server-optimizer")
                    .stringType()
                    .defaultValue("sgd(lr=1)")
                    .withDescription(
                            "Server optimizer: sgd(lr=1), momentum(lr=1, momentum=0.9),"
                                    + " nesterov(lr=0.7, momentum=0.9), fedadagrad(lr=0.1),"
                                    + " fedadam(lr=0.1), fedyogi(lr=0.01).");

    public static final ConfigOption<String> CODEC =
            ConfigOptions.key("round.codec")
                    .stringType()
                    .defaultValue("f32")
                    .withDescription("Codec of the updates: f32, bf16 or f16.");

    public static final ConfigOption<String> VERSION_CODEC =
            ConfigOptions.key("round.version-codec")
                    .stringType()
                    .defaultValue("f32")
                    .withDescription(
                            "Codec of the versions: f32, or bf16, which rounds what silos train from"
                                    + " and not what the server steps on. Halves what they read if"
                                    + " round.snapshot-every is well above 1: a snapshot has the"
                                    + " parameters in f32, too.");

    public static final ConfigOption<String> WEIGHTS =
            ConfigOptions.key("round.weights")
                    .stringType()
                    .defaultValue("uniform")
                    .withDescription(
                            "What a silo's weight is proportional to: uniform, declared-tokens or"
                                    + " declared-examples.");

    public static final ConfigOption<Long> WEIGHT_CAP =
            ConfigOptions.key("round.weight-cap")
                    .longType()
                    .defaultValue(0L)
                    .withDescription(
                            "Most declared tokens or examples of one silo that count; 0 for no cap.");

    public static final ConfigOption<Integer> LOCAL_STEPS =
            ConfigOptions.key("round.local-steps")
                    .intType()
                    .defaultValue(100)
                    .withDescription("Local optimizer steps per round.");

    public static final ConfigOption<Map<String, String>> LOCAL_STEPS_OF =
            ConfigOptions.key("round.local-steps-of")
                    .mapType()
                    .defaultValue(Map.of())
                    .withDescription("Local steps of single silos, by silo id.");

    public static final ConfigOption<Integer> MIN_SILOS =
            ConfigOptions.key("round.min-silos")
                    .intType()
                    .defaultValue(2)
                    .withDescription("Live silos needed to plan a round.");

    public static final ConfigOption<String> SAMPLE =
            ConfigOptions.key("round.sample")
                    .stringType()
                    .defaultValue("all")
                    .withDescription(
                            "How many of the live silos to plan a round for, drawn anew in each:"
                                    + " all, a count such as 8, or a share such as 0.25, rounded up."
                                    + " Never less than round.quorum, never more than the rule takes;"
                                    + " silos that the rule requires are always in.");

    public static final ConfigOption<String> SAMPLE_BY =
            ConfigOptions.key("round.sample-by")
                    .stringType()
                    .defaultValue("uniform")
                    .withDescription(
                            "What a silo's chance to be drawn is proportional to: uniform,"
                                    + " declared-tokens or declared-examples, up to"
                                    + " round.weight-cap.");

    public static final ConfigOption<Integer> QUORUM =
            ConfigOptions.key("round.quorum")
                    .intType()
                    .defaultValue(0)
                    .withDescription(
                            "Complete updates needed to close a round; 0 for round.min-silos.");

    public static final ConfigOption<Duration> GRACE =
            ConfigOptions.key("round.grace")
                    .durationType()
                    .defaultValue(Duration.ofMinutes(1))
                    .withDescription("How long to wait for the rest after the quorum, at most.");

    public static final ConfigOption<Duration> GRACE_MIN =
            ConfigOptions.key("round.grace-min")
                    .durationType()
                    .defaultValue(Duration.ZERO)
                    .withDescription(
                            "How long to wait for the rest after the quorum, at least, if"
                                    + " round.grace-factor is not 0.");

    public static final ConfigOption<Double> GRACE_FACTOR =
            ConfigOptions.key("round.grace-factor")
                    .doubleType()
                    .defaultValue(0.0)
                    .withDescription(
                            "Between these bounds, wait until the median of the arrival times so far"
                                    + " plus this many times their median distance from it; 0 to"
                                    + " wait for round.grace, whatever came when.");

    public static final ConfigOption<String> MODE =
            ConfigOptions.key("round.mode")
                    .stringType()
                    .defaultValue("synchronous")
                    .withDescription(
                            "synchronous: rounds one after the other; asynchronous: a version for"
                                    + " every round.quorum of updates, whatever versions they were"
                                    + " trained from; overlapped: silos train a round from the"
                                    + " version before the last, while the last is being made.");

    public static final ConfigOption<String> LATE =
            ConfigOptions.key("round.late")
                    .stringType()
                    .defaultValue("auto")
                    .withDescription(
                            "What becomes of an update that comes after its round has closed: drop,"
                                    + " fold into a later round at a lesser weight, or auto: fold"
                                    + " in asynchronous mode, else drop.");

    public static final ConfigOption<Integer> STALENESS_LIMIT =
            ConfigOptions.key("round.staleness-limit")
                    .intType()
                    .defaultValue(4)
                    .withDescription(
                            "How many rounds later a late update is still taken, 1 to 64.");

    public static final ConfigOption<Double> STALENESS_EXPONENT =
            ConfigOptions.key("round.staleness-exponent")
                    .doubleType()
                    .defaultValue(0.5)
                    .withDescription(
                            "An update that is s rounds late has its weight divided by (1 + s) to"
                                    + " this power; 0 for full weight.");

    public static final ConfigOption<Duration> DEADLINE =
            ConfigOptions.key("round.deadline")
                    .durationType()
                    .defaultValue(Duration.ofHours(1))
                    .withDescription(
                            "When a round closes with its quorum, or is extended without one; for a"
                                    + " relay the longest that relay.deadline-share may come to.");

    public static final ConfigOption<Duration> SILENCE =
            ConfigOptions.key("round.silence")
                    .durationType()
                    .defaultValue(Duration.ofSeconds(30))
                    .withDescription("How long after its last sign of life a silo counts as live.");

    public static final ConfigOption<Duration> UPLOAD_TIMEOUT =
            ConfigOptions.key("round.upload-timeout")
                    .durationType()
                    .defaultValue(Duration.ofMinutes(2))
                    .withDescription(
                            "How long after its first readable record an upload may take to be"
                                    + " whole.");

    public static final ConfigOption<Duration> PUBLISH_TIMEOUT =
            ConfigOptions.key("round.publish-timeout")
                    .durationType()
                    .defaultValue(Duration.ofMinutes(2))
                    .withDescription(
                            "How long a version may take to appear before it is published again."
                                    + " Must exceed two checkpoint intervals.");

    public static final ConfigOption<Integer> SNAPSHOT_EVERY =
            ConfigOptions.key("round.snapshot-every")
                    .intType()
                    .defaultValue(1)
                    .withDescription(
                            "Every how many versions the optimizer's moments, a rule's centre, and the"
                                    + " parameters in f32 where versions are bf16 are published"
                                    + " too; a job without state resumes exactly only from such a"
                                    + " version.");

    public static final ConfigOption<Integer> FOLD_QUANTUM_EXPONENT =
            ConfigOptions.key("round.fold-quantum-exponent")
                    .intType()
                    .defaultValue(-40)
                    .withDescription(
                            "Folding rules add multiples of 2 to this power; values up to 2^(52 +"
                                    + " this) are admitted.");

    public static final ConfigOption<String> SOLVER =
            ConfigOptions.key("local.solver")
                    .stringType()
                    .defaultValue("adamw")
                    .withDescription("Local solver: adamw or sgd.");

    public static final ConfigOption<Double> LEARNING_RATE =
            ConfigOptions.key("local.learning-rate")
                    .doubleType()
                    .defaultValue(1e-3)
                    .withDescription("Peak learning rate, after warm-up.");

    public static final ConfigOption<Double> MIN_LEARNING_RATE =
            ConfigOptions.key("local.min-learning-rate")
                    .doubleType()
                    .defaultValue(1e-4)
                    .withDescription("Learning rate at the end of the cosine.");

    public static final ConfigOption<Integer> WARMUP_STEPS =
            ConfigOptions.key("local.warmup-steps")
                    .intType()
                    .defaultValue(0)
                    .withDescription("Steps of linear warm-up on the federation's clock.");

    public static final ConfigOption<Long> TOTAL_STEPS =
            ConfigOptions.key("local.total-steps")
                    .longType()
                    .defaultValue(0L)
                    .withDescription(
                            "Clock at which the cosine ends; 0 for a constant rate after warm-up.");

    public static final ConfigOption<Double> MOMENTUM =
            ConfigOptions.key("local.momentum")
                    .doubleType()
                    .defaultValue(0.0)
                    .withDescription("SGD: heavy-ball momentum, in [0, 1).");

    public static final ConfigOption<Double> BETA1 =
            ConfigOptions.key("local.beta1")
                    .doubleType()
                    .defaultValue(0.9)
                    .withDescription("AdamW: decay of the first moment, in [0, 1).");

    public static final ConfigOption<Double> BETA2 =
            ConfigOptions.key("local.beta2")
                    .doubleType()
                    .defaultValue(0.95)
                    .withDescription("AdamW: decay of the second moment, in [0, 1).");

    public static final ConfigOption<Double> EPSILON =
            ConfigOptions.key("local.epsilon")
                    .doubleType()
                    .defaultValue(1e-8)
                    .withDescription("AdamW: added to the root of the second moment.");

    public static final ConfigOption<Double> WEIGHT_DECAY =
            ConfigOptions.key("local.weight-decay")
                    .doubleType()
                    .defaultValue(0.1)
                    .withDescription("AdamW: decoupled weight decay.");

    public static final ConfigOption<Double> CLIP_NORM =
            ConfigOptions.key("local.clip-norm")
                    .doubleType()
                    .defaultValue(1.0)
                    .withDescription("Global-norm gradient clipping; 0 for none.");

    public static final ConfigOption<Boolean> KEEP_MOMENTS =
            ConfigOptions.key("local.keep-moments")
                    .booleanType()
                    .defaultValue(false)
                    .withDescription("Whether silos keep their solver's moments between rounds.");

    public static final ConfigOption<Integer> BATCH_SIZE =
            ConfigOptions.key("local.batch-size")
                    .intType()
                    .defaultValue(8)
                    .withDescription("Sequences per local step.");

    public static final ConfigOption<Integer> SEQUENCE_LENGTH =
            ConfigOptions.key("local.sequence-length")
                    .intType()
                    .defaultValue(128)
                    .withDescription("Tokens per sequence; at most the model's context.");

    public static final ConfigOption<Duration> CHECKPOINT_INTERVAL =
            ConfigOptions.key("job.checkpoint-interval")
                    .durationType()
                    .defaultValue(Duration.ofSeconds(10))
                    .withDescription(
                            "How often output becomes visible: a version is readable at the first"
                                    + " checkpoint after it was made.");

    private static final List<ConfigOption<?>> ALL =
            List.of(
                    BOOTSTRAP_SERVERS,
                    KAFKA_SECURITY,
                    REGISTRY_URL,
                    REGISTRY_WRITE,
                    REGISTRY_SUBJECTS,
                    REGISTRY_AUTO_REGISTER,
                    REGISTRY_SECURITY,
                    DISCOVERY_INTERVAL,
                    TRANSACTION_TIMEOUT,
                    FEDERATION,
                    MODEL,
                    RELAYS,
                    RELAY_PARENT,
                    RELAY_SILO,
                    RELAY_DEADLINE_SHARE,
                    RELAY_HEARTBEAT,
                    ROUNDS,
                    SEED,
                    RULE,
                    FALLBACK,
                    NOISE_SECRET,
                    PRIVACY_DELTA,
                    SERVER_OPTIMIZER,
                    CODEC,
                    VERSION_CODEC,
                    WEIGHTS,
                    WEIGHT_CAP,
                    LOCAL_STEPS,
                    LOCAL_STEPS_OF,
                    MIN_SILOS,
                    SAMPLE,
                    SAMPLE_BY,
                    QUORUM,
                    GRACE,
                    GRACE_MIN,
                    GRACE_FACTOR,
                    MODE,
                    LATE,
                    STALENESS_LIMIT,
                    STALENESS_EXPONENT,
                    DEADLINE,
                    SILENCE,
                    UPLOAD_TIMEOUT,
                    PUBLISH_TIMEOUT,
                    SNAPSHOT_EVERY,
                    FOLD_QUANTUM_EXPONENT,
                    SOLVER,
                    LEARNING_RATE,
                    MIN_LEARNING_RATE,
                    WARMUP_STEPS,
                    TOTAL_STEPS,
                    MOMENTUM,
                    BETA1,
                    BETA2,
                    EPSILON,
                    WEIGHT_DECAY,
                    CLIP_NORM,
                    KEEP_MOMENTS,
                    BATCH_SIZE,
                    SEQUENCE_LENGTH,
                    CHECKPOINT_INTERVAL);

    private JobOptions() {}

    /** An option's description as plain text. */
    public static String describe(ConfigOption<?> option) {
        return new HtmlFormatter().format(option.description());
    }

    /** What an option's value has to look like. */
    public static String expected(ConfigOption<?> option) {
        if (!option.hasDefaultValue() || option.defaultValue() instanceof String) {
            return "text";
        }
        var value = option.defaultValue();
        if (value instanceof Integer || value instanceof Long) {
            return "a whole number";
        } else if (value instanceof Double) {
            return "a number";
        } else if (value instanceof Boolean) {
            return "true or false";
        } else if (value instanceof Duration) {
            return "a duration such as 500 ms, 30 s or 5 min";
        } else {
            return "a map";
        }
    }

    /** An option's default as one would write it in the file, or that there is none. */
    public static String defaultText(ConfigOption<?> option) {
        if (!option.hasDefaultValue()) {
            return "required";
        } else if (option.defaultValue() instanceof Duration duration) {
            return TimeUtils.formatWithHighestUnit(duration);
        } else if (option.defaultValue() instanceof Map<?, ?> map && map.isEmpty()) {
            return "none";
        } else if (option.defaultValue().equals("")) {
            return "none";
        } else {
            return option.defaultValue().toString();
        }
    }

    /** Whether an option is a map, whose entries are options of their own: {@code key.entry}. */
    static boolean isMap(ConfigOption<?> option) {
        return option.hasDefaultValue() && option.defaultValue() instanceof Map;
    }

    /** All of them, in the order of the documentation. */
    public static List<ConfigOption<?>> all() {
        return ALL;
    }
}
