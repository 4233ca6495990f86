package io.tributary.tests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tributary.aggregation.StartChecks;
import io.tributary.aggregation.check.CheckFailedException;
import io.tributary.aggregation.check.Finding;
import io.tributary.kafka.KafkaConnection;
import io.tributary.kafka.client.CompleteVersions;
import io.tributary.kafka.cluster.ClusterReader;
import io.tributary.kafka.embedded.FreePorts;
import io.tributary.kafka.registry.RegistryConnection;
import io.tributary.kafka.registry.SchemaRegistryException;
import io.tributary.kafka.registry.SubjectNaming;
import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.update.RejectedUpdate;
import io.tributary.schemas.update.RejectionReason;
import io.tributary.tests.process.SchemaRegistryProcess;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/**
 * Federations whose values name their schemas by the numbers of a registry: Apicurio Registry, in a
 * process of its own, by its Confluent-compatible interface.
 */
@TestInstance(Lifecycle.PER_CLASS)
class SchemaRegistryITCase {

    private static final List<String> SILOS = List.of("acme", "globex", "initech");
    private static final int D = 40;

    @AutoClose private TestCluster cluster;
    @AutoClose private SchemaRegistryProcess registry;
    private final HttpClient http = HttpClient.newHttpClient();

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        registry = SchemaRegistryProcess.start(folder.resolve("registry"));
        cluster = TestCluster.start(folder, 1, 2, 2);
    }

    @Test
    void anybodyCanReadWhatAFederationWritesByAskingTheRegistry() throws Exception {
        try (var federation =
                TestFederation.create(cluster, RegistryConnection.at(registry.url()), SILOS)
                        .with("federation.rounds", 1)) {
            var genesis = federation.begin(TestLayouts.vector(D));
            var version = federation.train(1, genesis, SILOS);
            assertThat(version.cohort()).hasSize(SILOS.size());

            var seen = new TreeSet<String>();
            for (var record : federation.records(topics(federation))) {
                var value = ByteBuffer.wrap(record.value());
                assertThat(value.get()).as("first byte").isZero();
                var type = new String(record.headers().lastHeader("type").value(), UTF_8);
                var read = read(value.getInt(), value);
                assertThat(read.getSchema().getName()).isEqualTo(type);
                seen.add(type);
                if (type.equals("ModelVersion") && read.get("version").equals(1)) {
                    assertThat(read.get("digest")).hasToString(version.digest());
                }
            }
            assertThat(seen)
                    .containsExactlyInAnyOrder(
                            "ModelChunk",
                            "ModelVersion",
                            "RoundOutcome",
                            "RoundPlan",
                            "SiloPresence",
                            "UpdateChunk",
                            "UpdateEnd",
                            "UpdateManifest");
            assertThat(subjects()).contains("io.tributary.schemas.update.UpdateChunk");
            // Who cannot ask is not to believe that there is nothing.
            assertThatThrownBy(() -> newest(cluster.broker().connection(), federation))
                    .isInstanceOf(SchemaRegistryException.class)
                    .hasMessageContaining("and none is set");
        }
    }

    /** The same silos' same updates, whatever their frames. */
    @Test
    void versionsAreTheSameWithARegistryWithoutAndMixed() throws Exception {
        var digests = new HashSet<String>();
        try (var plain = TestFederation.create(cluster, SILOS).with("federation.rounds", 1)) {
            var genesis = plain.begin(TestLayouts.vector(D));
            digests.add(plain.train(1, genesis, SILOS).digest());
        }
        var byTopic =
                new RegistryConnection(
                        List.of(registry.url()), true, SubjectNaming.TOPIC_RECORD, true, Map.of());
        try (var mixed =
                TestFederation.create(cluster, byTopic, SILOS).with("federation.rounds", 1)) {
            digests.add(trainMixed(mixed, byTopic).digest());
            var prefix = mixed.topics().updates("acme") + "-io.tributary.schemas.";
            assertThat(subjects())
                    .contains(prefix + "update.UpdateChunk", prefix + "silo.SiloPresence")
                    .noneMatch(s -> s.startsWith(mixed.topics().updates("globex") + "-update"));
        }
        // The way over: a job that only reads numbers, and silos that have none, or write some.
        try (var between =
                TestFederation.create(cluster, byTopic.reading(), SILOS)
                        .with("federation.rounds", 1)) {
            var version = trainMixed(between, byTopic);
            digests.add(version.digest());
            assertThat(newest(cluster.broker().connection(), between))
                    .usingRecursiveComparison()
                    .isEqualTo(version);
        }
        assertThat(digests).hasSize(1);
    }

    /** One silo as the federation's connection says, one without a registry, one with this. */
    private static ModelVersion trainMixed(TestFederation federation, RegistryConnection registry)
            throws Exception {
        var genesis = federation.begin(TestLayouts.vector(D));
        var plan = federation.awaitPlan(1);
        var global = federation.parameters(genesis);
        federation.silo("acme").uploadDrawnUpdate(plan, global);
        federation.silo("globex").with(null).uploadDrawnUpdate(plan, global);
        federation.silo("initech").with(registry).uploadDrawnUpdate(plan, global);
        return federation.awaitVersion(1);
    }

    /** What somebody reads who comes by this connection. */
    private static ModelVersion newest(KafkaConnection connection, TestFederation federation) {
        return new CompleteVersions(connection, federation.topics(), Duration.ofSeconds(30))
                .newest(TestFederation.MODEL)
                .orElseThrow()
                .version();
    }

    @Test
    void numbersThatTheRegistryHasNotGivenAreRejectedAndNotAskedForEndlessly() throws Exception {
        try (var entrance = new RegistryEntrance(registry.url());
                var federation =
                        TestFederation.create(cluster, RegistryConnection.at(entrance.url()), SILOS)
                                .with("federation.rounds", 1)
                                .with("round.quorum", 2)
                                .with("round.grace", "1 s")) {
            var genesis = federation.begin(TestLayouts.vector(D));
            var plan = federation.awaitPlan(1);
            entrance.requests().clear();
            int sent = 300;
            sendUnknown(federation, "initech", sent);

            federation.upload(plan, genesis, List.of("acme", "globex"));

            assertThat(federation.awaitRejected(sent)).hasSize(sent);
            assertThat(federation.rejected())
                    .allSatisfy(
                            r -> {
                                assertThat(r.reason()).isEqualTo(RejectionReason.MALFORMED);
                                assertThat(r.silo()).isEqualTo("initech");
                            })
                    .extracting(RejectedUpdate::detail)
                    .anyMatch(detail -> detail.contains("is none of the registry's"))
                    .anyMatch(detail -> detail.contains("was not looked up: initech has had"));
            assertThat(federation.awaitVersion(1).cohort()).hasSize(2);
            var unknown =
                    entrance.requests().stream().filter(r -> r.contains("/ids/77")).distinct();
            assertThat(unknown.count()).isLessThanOrEqualTo(32);
        }
    }

    @Test
    void aJobDoesNotStartWithoutItsRegistry() throws Exception {
        var nobody =
                RegistryConnection.at("http://%s:%s".formatted(FreePorts.HOST, FreePorts.take()));
        try (var federation = TestFederation.create(cluster, nobody, List.of())) {
            assertThatThrownBy(() -> federation.genesis(TestLayouts.vector(D)))
                    .isInstanceOf(SchemaRegistryException.class)
                    .hasMessageContaining("does not answer");
        }
        try (var federation =
                TestFederation.create(cluster, List.of())
                        .with("round.min-silos", 1)
                        .with("kafka.schema-registry.url", nobody)) {
            federation.genesis(TestLayouts.vector(D));
            assertThatThrownBy(federation::startJob)
                    .isInstanceOf(CheckFailedException.class)
                    .hasMessageContaining("the schema registry at " + nobody + " does not answer")
                    .hasMessageContaining("check the address and that it runs");
        }
    }

    @Test
    void whoOnlyLooksRegistersNothing() throws Exception {
        var byTopic =
                new RegistryConnection(
                        List.of(registry.url()), true, SubjectNaming.TOPIC_RECORD, true, Map.of());
        try (var federation = TestFederation.create(cluster, byTopic, SILOS);
                var reader = new ClusterReader(federation.connection(), Duration.ofSeconds(30))) {
            var settings = federation.settings();
            var prefix = federation.topics().federation() + ".";

            var seen = StartChecks.look(settings, null, reader, reader.topics(settings::uses));

            assertThat(seen)
                    .extracting(Finding::fact)
                    .contains(
                            byTopic
                                    + " answers; the job registers what is not there when it starts");
            assertThat(subjects()).noneMatch(subject -> subject.startsWith(prefix));
            assertThat(StartChecks.run(settings, null))
                    .extracting(Finding::fact)
                    .contains(byTopic + " has the schemas of all that the job writes");
            assertThat(subjects()).anyMatch(subject -> subject.startsWith(prefix));
        }
    }

    @Test
    void whatIsKnownGoesOnWithoutTheRegistry() throws Exception {
        try (var entrance = new RegistryEntrance(registry.url());
                var federation =
                        TestFederation.create(cluster, RegistryConnection.at(entrance.url()), SILOS)
                                .with("federation.rounds", 3)) {
            var genesis = federation.begin(TestLayouts.vector(D));
            var first = federation.train(1, genesis, SILOS);
            entrance.shut();

            var second = federation.train(2, first, SILOS);
            assertThat(federation.train(3, second, SILOS).cohort()).hasSize(SILOS.size());
            assertThat(federation.failure()).isEmpty();
        }
    }

    /** The job meets numbers that it has to ask for, and cannot. */
    @Test
    void whatCannotBeToldWhileTheRegistryIsAwayIsNotLost() throws Exception {
        try (var entrance = new RegistryEntrance(registry.url());
                var federation =
                        TestFederation.create(cluster, RegistryConnection.at(entrance.url()), SILOS)
                                .with("federation.rounds", 1)) {
            var genesis = federation.begin(TestLayouts.vector(D));
            var plan = federation.awaitPlan(1);
            var global = federation.parameters(genesis);
            var itself = RegistryConnection.at(registry.url());
            entrance.shut();

            SILOS.forEach(
                    silo -> federation.silo(silo).with(itself).uploadDrawnUpdate(plan, global));
            federation.awaitRestart();
            assertThat(federation.failure()).contains("does not answer");
            entrance.open();

            assertThat(federation.awaitVersion(1).cohort()).hasSize(SILOS.size());
            assertThat(federation.rejected()).isEmpty();
        }
    }

    private static List<String> topics(TestFederation federation) {
        var topics = federation.topics();
        var names =
                new ArrayList<>(
                        List.of(
                                topics.rounds(),
                                topics.models(),
                                topics.versions(),
                                topics.genesis()));
        SILOS.forEach(silo -> names.add(topics.updates(silo)));
        return names;
    }

    private static void sendUnknown(TestFederation federation, String silo, int count)
            throws Exception {
        try (var producer =
                new KafkaProducer<>(
                        federation.connection().clientConfig(),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            var topic = federation.topics().updates(silo);
            for (int i = 0; i < count; i++) {
                var value = ByteBuffer.allocate(25).put((byte) 0).putInt(770_000 + i).array();
                producer.send(new ProducerRecord<>(topic, 1, new byte[0], value)).get();
            }
        }
    }

    /** What a reader in any language would do, with Avro and the registry alone. */
    private GenericRecord read(int id, ByteBuffer body) throws Exception {
        var schema = new Schema.Parser().parse(get("/schemas/ids/" + id).path("schema").asText());
        var bytes = new byte[body.remaining()];
        body.get(bytes);
        return new GenericDatumReader<GenericRecord>(schema)
                .read(null, DecoderFactory.get().binaryDecoder(bytes, null));
    }

    private List<String> subjects() throws Exception {
        var subjects = new ArrayList<String>();
        get("/subjects").forEach(subject -> subjects.add(subject.asText()));
        return subjects;
    }

    private JsonNode get(String path) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(registry.url() + path)).build();
        var answer = http.send(request, BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(200);
        return new ObjectMapper().readTree(answer.body());
    }
}
