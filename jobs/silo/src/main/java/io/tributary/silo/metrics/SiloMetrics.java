package io.tributary.silo.metrics;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Labels;
import io.tributary.kafka.client.ModelReplica;
import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.round.RoundPlan;
import io.tributary.schemas.silo.SiloEvaluation;
import io.tributary.schemas.silo.SiloPresence.Phase;
import io.tributary.schemas.update.UpdateManifest;
import io.tributary.silo.LocalResult;
import io.tributary.silo.SiloListener;
import java.time.Duration;
import java.util.Locale;

/**
 * Keeps a silo's metrics, and those of its JVM, in a registry. Every series is labelled with the
 * federation and the silo.
 *
 * <p>Counters are there from the start. A gauge appears with its first value: a perplexity of 0
 * that nobody measured would be a lie.
 */
public final class SiloMetrics implements SiloListener {

    private static final String PREFIX = "tributary_trainer_";
    private static final String SENT = "sent";
    private static final String FAILED = "failed";

    private final PrometheusRegistry registry;
    private final String federation;
    private final String silo;

    private final Gauge phase;
    private final Gauge round;
    private final Gauge step;
    private final Gauge steps;
    private final Counter tokens;
    private final Gauge tokensPerSecond;
    private final Gauge trainLoss;
    private final Counter uploads;
    private final Counter uploadedBytes;
    private final Gauge uploadSeconds;
    private final Gauge uploadBytesPerSecond;
    private final Counter downloads;
    private final Counter downloadedBytes;
    private final Gauge downloadSeconds;
    private final Gauge version;
    private final Gauge perplexity;
    private final Gauge alignment;
    private final Counter heartbeats;

    /**
     * @param registry holds this silo alone
     */
    public SiloMetrics(PrometheusRegistry registry, String federation, String silo) {
        this.registry = registry;
        this.federation = federation;
        this.silo = silo;
        phase = gauge("phase", "What the silo is doing: one is 1.", "phase");
        round = gauge("round", "The round that it trains, or trained last.");
        step = gauge("step", "Local steps done in that round.");
        steps = gauge("steps", "Local steps planned for that round.");
        tokens = counter("tokens_total", "Tokens trained on; counted when a round's steps end.");
        tokensPerSecond = gauge("tokens_per_second", "Training speed in that round.");
        trainLoss = gauge("train_loss", "Training loss of the last step, nats per token.");
        uploads = counter("uploads_total", "Updates written to the log, or not.", "result");
        uploadedBytes = counter("uploaded_bytes_total", "Encoded values of updates sent.");
        uploadSeconds = gauge("upload_seconds", "How long the last upload took.");
        uploadBytesPerSecond = gauge("upload_bytes_per_second", "How fast the last upload was.");
        downloads = counter("downloads_total", "Versions downloaded.");
        downloadedBytes = counter("downloaded_bytes_total", "Encoded values of versions used.");
        downloadSeconds = gauge("download_seconds", "How long the last download took.");
        version = gauge("version", "The version that was downloaded last.");
        perplexity = gauge("perplexity", "Held-out perplexity of the version evaluated last.");
        alignment =
                gauge(
                        "alignment",
                        "Cosine between the last delta and the step that was taken, estimated.");
        heartbeats = counter("heartbeats_total", "Signs of life written to the log.");
        start();
    }

    private void start() {
        for (var counter : new Counter[] {tokens, uploadedBytes, downloads, downloadedBytes}) {
            counter.initLabelValues(federation, silo);
        }
        heartbeats.initLabelValues(federation, silo);
        uploads.initLabelValues(federation, silo, SENT);
        uploads.initLabelValues(federation, silo, FAILED);
        entered(Phase.IDLE);
        JvmMetrics.builder()
                .constLabels(Labels.of("federation", federation, "silo", silo))
                .register(registry);
    }

    @Override
    public void alive() {
        add(heartbeats, 1);
    }

    @Override
    public void entered(Phase now) {
        for (var each : Phase.values()) {
            var name = each.name().toLowerCase(Locale.ROOT);
            phase.labelValues(federation, silo, name).set(each == now ? 1 : 0);
        }
    }

    @Override
    public void downloaded(ModelVersion newest, ModelReplica.Download download, Duration took) {
        add(downloads, 1);
        add(downloadedBytes, download.bytes());
        set(downloadSeconds, seconds(took));
        set(version, newest.version());
    }

    @Override
    public void aligned(int ofVersion, double cosine) {
        set(alignment, cosine);
    }

    @Override
    public void training(RoundPlan plan) {
        set(round, plan.round());
        set(step, 0);
        plan.assignment(silo).ifPresent(mine -> set(steps, mine.localSteps()));
    }

    @Override
    public void step(RoundPlan plan, int done, double loss, double speed) {
        set(step, done);
        set(trainLoss, loss);
        set(tokensPerSecond, speed);
    }

    @Override
    public void trained(RoundPlan plan, LocalResult result, Duration took) {
        add(tokens, result.tokens());
    }

    @Override
    public void uploaded(UpdateManifest manifest, long bytes, Duration took) {
        uploads.labelValues(federation, silo, SENT).inc();
        add(uploadedBytes, bytes);
        set(uploadSeconds, seconds(took));
        set(uploadBytesPerSecond, bytes / Math.max(0.001, seconds(took)));
    }

    @Override
    public void uploadFailed(RoundPlan plan, String reason) {
        uploads.labelValues(federation, silo, FAILED).inc();
    }

    @Override
    public void evaluated(SiloEvaluation evaluation) {
        set(perplexity, Math.exp(evaluation.nats() / evaluation.tokens()));
    }

    @Override
    public void left() {
        entered(Phase.IDLE);
    }

    private void set(Gauge gauge, double value) {
        gauge.labelValues(federation, silo).set(value);
    }

    private void add(Counter counter, long amount) {
        counter.labelValues(federation, silo).inc(amount);
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }

    private Gauge gauge(String name, String help, String... more) {
        return Gauge.builder()
                .name(PREFIX + name)
                .help(help)
                .labelNames(labels(more))
                .register(registry);
    }

    private Counter counter(String name, String help, String... more) {
        return Counter.builder()
                .name(PREFIX + name)
                .help(help)
                .labelNames(labels(more))
                .register(registry);
    }

    private static String[] labels(String... more) {
        var labels = new String[2 + more.length];
        labels[0] = "federation";
        labels[1] = "silo";
        System.arraycopy(more, 0, labels, 2, more.length);
        return labels;
    }
}
