package io.tributary.cli.demo;

import io.tributary.aggregation.JobSettings;
import io.tributary.aggregation.LocalCluster;
import io.tributary.cli.watch.FederationObserver;
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
import io.tributary.silo.LocalTrainer;
import io.tributary.silo.SiloListener;
import io.tributary.silo.model.Architecture;
import io.tributary.silo.model.ModelInitializer;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.jspecify.annotations.Nullable;

/**
 * A broker, a Flink cluster with the aggregation job, and silos, all in this process and gone when
 * it is closed. They meet in the log alone, as they would anywhere.
 */
public final class LocalFederation implements AutoCloseable {

    /** How long to wait for what should take a moment. */
    public static final Duration PATIENCE = Duration.ofMinutes(2);

    private final OpenParts open = new OpenParts();
    private final TemporaryFolder folder;
    private final EmbeddedBroker broker;
    private final LocalCluster cluster;
    private final FederationTopics topics = new FederationTopics(DemoRecipe.FEDERATION);
    private final ParameterBuffer initial;
    private final ModelVersion genesis;
    private final JobID job;
    private @Nullable SiloCrew crew;

    private LocalFederation(
            Collection<String> silos,
            Architecture architecture,
            long seed,
            Map<String, String> options)
            throws Exception {
        try {
            folder = open.add(new TemporaryFolder(Files.createTempDirectory("tributary-demo")));
            broker = open.add(EmbeddedBroker.start(folder.path().resolve("kafka")));
            cluster = open.add(LocalCluster.start(folder.path().resolve("flink"), 1, 2, 2));
            try (var admin = new TopicAdmin(broker.connection(), PATIENCE)) {
                var catalogue = new TopicCatalogue(topics, CatalogueSettings.singleBroker());
                admin.create(catalogue.all(silos));
            }
            initial = ModelInitializer.initialize(architecture, DemoRecipe.CHUNK_ELEMENTS, seed);
            genesis = publish(architecture);
            var described = new TreeMap<>(options);
            described.put("kafka.bootstrap-servers", broker.bootstrapServers());
            job = cluster.submit(JobSettings.from(Configuration.fromMap(described)), null);
        } catch (Exception e) {
            close();
            throw e;
        }
    }

    /**
     * Publishes version 0 and starts the job.
     *
     * @param silos ids of those that may {@link #join}
     * @param seed of the initial model
     * @param options the job's options, all but where its broker is
     */
    public static LocalFederation start(
            Collection<String> silos,
            Architecture architecture,
            long seed,
            Map<String, String> options)
            throws Exception {
        return new LocalFederation(silos, architecture, seed, options);
    }

    /**
     * Starts the silos; what is returned stops them.
     *
     * @param listeners who is told what a silo does, by its id
     */
    public Silos join(
            Map<String, ? extends LocalTrainer> trainers,
            Function<String, SiloListener> listeners) {
        var started =
                SiloCrew.start(connection(), trainers, folder.path().resolve("silos"), listeners);
        crew = started;
        return started::close;
    }

    /** Silos that run until it is closed. */
    @FunctionalInterface
    public interface Silos extends AutoCloseable {
        @Override
        void close() throws InterruptedException;
    }

    /** Watches from the beginning of the log on; the caller closes it. */
    public FederationObserver observe() {
        return FederationObserver.all(connection(), topics, Clock.systemUTC());
    }

    /**
     * @throws RuntimeException what made a silo give up, if one did
     * @throws ExecutionException if the job has failed
     */
    public void check() throws ExecutionException, InterruptedException {
        if (crew != null) {
            crew.check();
        }
        cluster.checkRuns(job);
    }

    /** Where broker and cluster can be reached, as a line for people. */
    String addresses() throws InterruptedException, ExecutionException {
        return "Kafka broker at %s, Flink web interface at %s"
                .formatted(broker.bootstrapServers(), cluster.webInterface());
    }

    KafkaConnection connection() {
        return broker.connection();
    }

    FederationTopics topics() {
        return topics;
    }

    /** Manifest of version 0. */
    ModelVersion genesis() {
        return genesis;
    }

    /** Parameters of version 0. */
    ParameterBuffer initial() {
        return initial;
    }

    /** What is done with the parameters of a version. */
    @FunctionalInterface
    public interface Reader {
        /**
         * @param parameters valid until it returns
         */
        void read(ModelVersion version, ParameterBuffer parameters) throws Exception;
    }

    /** Downloads versions one after the other, as a silo does. */
    public void read(int first, int last, Reader reader) throws Exception {
        try (var follower = FederationFollower.all(connection(), topics);
                var replica = ModelReplica.open(connection(), topics, DemoRecipe.MODEL)) {
            follower.catchUp(PATIENCE);
            for (int number = first; number <= last; number++) {
                var version = follower.version(DemoRecipe.MODEL, number).orElseThrow();
                replica.download(version, PATIENCE);
                reader.read(version, replica.parameters());
            }
        }
    }

    private ModelVersion publish(Architecture architecture) {
        var described =
                new Genesis(DemoRecipe.MODEL, 0, -1, architecture.toJson(), "bytes", Codec.F32, 0);
        return new GenesisWriter(connection(), topics, PATIENCE).write(described, initial);
    }

    @Override
    public void close() throws Exception {
        open.close();
    }
}
