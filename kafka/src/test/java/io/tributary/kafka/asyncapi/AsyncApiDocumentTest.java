package io.tributary.kafka.asyncapi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.tributary.kafka.KafkaConnection;
import io.tributary.kafka.Samples;
import io.tributary.kafka.records.FederationRecords;
import io.tributary.kafka.records.TopicContent;
import io.tributary.kafka.registry.RegistryConnection;
import io.tributary.kafka.topics.CatalogueSettings;
import io.tributary.kafka.topics.FederationTopics;
import io.tributary.kafka.topics.TopicCatalogue;
import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.control.ControlCommand;
import io.tributary.schemas.control.ControlOutcome;
import io.tributary.schemas.round.RoundOutcome;
import io.tributary.schemas.round.RoundStatus;
import io.tributary.schemas.round.RoundWeights;
import io.tributary.schemas.silo.SiloEvaluation;
import io.tributary.schemas.silo.SiloPresence;
import io.tributary.schemas.update.RejectedUpdate;
import io.tributary.schemas.update.RejectionReason;
import io.tributary.schemas.update.UpdateChunk;
import io.tributary.schemas.update.UpdateEnd;
import io.tributary.schemas.update.UpdateId;
import io.tributary.schemas.update.UpdateManifest;
import io.tributary.schemas.wire.Wire;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.avro.Schema;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.TopicConfig;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The AsyncAPI document, and the copy of it in {@code schemas/asyncapi.yaml}.
 *
 * <p>{@code mvn -pl kafka -am test -Dtest=AsyncApiDocumentTest
 * -Dsurefire.failIfNoSpecifiedTests=false -Dasyncapi.write=true} writes it anew.
 */
class AsyncApiDocumentTest {

    private static final Path COMMITTED = Path.of("../schemas/asyncapi.yaml");

    private static final String HEADER =
            """
            # The interface of a federation: topics, records, who sends and receives what. Made from src/main/avro and
            # from the code that creates topics and writes records; AsyncApiDocumentTest holds it to them, and says how to
            # make it anew. 'tributary topics asyncapi' prints it for one federation.
            """;

    private static final CatalogueSettings SETTINGS = CatalogueSettings.replicated();
    private static final AsyncApiDocument ANY = AsyncApiDocument.ofAny(SETTINGS);

    private static final AsyncApiDocument DEMO =
            AsyncApiDocument.of(
                    new KafkaConnection(
                            "a:9092,b:9092",
                            Map.of("security.protocol", "SASL_SSL"),
                            RegistryConnection.at("http://registry:8081")),
                    new FederationTopics("demo"),
                    SETTINGS,
                    List.of("globex", "acme"));

    private static final AsyncApiDocument REGION =
            AsyncApiDocument.of(
                    KafkaConnection.plainText("a:9092"),
                    new FederationTopics("north", "demo"),
                    SETTINGS,
                    List.of());

    @BeforeAll
    static void writeWhenAsked() throws IOException {
        if (Boolean.getBoolean("asyncapi.write")) {
            Files.writeString(COMMITTED, HEADER + ANY.toYaml());
        }
    }

    static Stream<AsyncApiDocument> documents() {
        return Stream.of(ANY, DEMO, REGION);
    }

    @Test
    void theCommittedDocumentIsThisOne() throws IOException {
        assertThat(Files.readString(COMMITTED))
                .as("schemas/asyncapi.yaml; write it anew with -Dasyncapi.write=true")
                .isEqualTo(HEADER + ANY.toYaml());
    }

    @ParameterizedTest
    @MethodSource("documents")
    void itIsAsAsyncApiWantsIt(AsyncApiDocument document) throws IOException {
        JsonNode specification;
        try (var in = getClass().getResourceAsStream("/asyncapi/3.0.0-without-id.json")) {
            specification = new YAMLMapper().readTree(in); // JSON is YAML
        }
        var schema =
                JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7).getSchema(specification);

        assertThat(schema.validate(parsed(document))).isEmpty();
        var broken = parsed(document).deepCopy();
        ((ObjectNode) broken.path("channels").path("rounds")).put("partitions", 1);
        assertThat(schema.validate(broken)).isNotEmpty();
    }

    @ParameterizedTest
    @MethodSource("documents")
    void everyReferenceLeadsSomewhere(AsyncApiDocument document) throws IOException {
        var tree = parsed(document);
        var references = tree.findValuesAsText("$ref");

        assertThat(references).isNotEmpty();
        assertThat(references)
                .allSatisfy(
                        reference ->
                                assertThat(tree.at(reference.substring(1)).isObject())
                                        .as(reference)
                                        .isTrue());
    }

    @Test
    void channelsAreTheTopicsOfTheCatalogue() throws IOException {
        var tree = parsed(DEMO);
        var specs = new TopicCatalogue(new FederationTopics("demo"), SETTINGS).all(List.of("silo"));

        assertThat(tree.path("channels")).hasSize(specs.size());
        for (var spec : specs) {
            var address = spec.name().replace("updates.silo", "updates.{silo}");
            var channel =
                    StreamSupport.stream(tree.path("channels").spliterator(), false)
                            .filter(c -> c.path("address").asText().equals(address))
                            .findFirst()
                            .orElseThrow();
            var kafka = channel.at("/bindings/kafka");
            assertThat(kafka.path("partitions").asInt()).isEqualTo(spec.partitions());
            assertThat(kafka.path("replicas").asInt()).isEqualTo(spec.replicationFactor());
            var configuration = kafka.path("topicConfiguration");
            assertThat(configuration).hasSize(spec.config().size());
            spec.config()
                    .forEach(
                            (key, value) -> {
                                var said = configuration.path(key);
                                assertThat((said.isArray() ? said.get(0) : said).asText())
                                        .as(key)
                                        .isEqualTo(value);
                            });
            assertThat(configuration.path(TopicConfig.CLEANUP_POLICY_CONFIG).isArray()).isTrue();
        }
    }

    @Test
    void namesThatAreOpenAreParameters() throws IOException {
        var any = parsed(ANY).path("channels");
        assertThat(any.path("updates").path("address").asText())
                .isEqualTo("{federation}.updates.{silo}");
        assertThat(any.path("updates").path("parameters")).hasSize(2);
        assertThat(any.path("rounds").path("address").asText()).isEqualTo("{federation}.rounds");
        assertThat(any.path("rounds").path("parameters")).hasSize(1);

        var demo = parsed(DEMO);
        assertThat(demo.path("channels").path("rounds").has("parameters")).isFalse();
        assertThat(demo.at("/components/parameters/silo/enum").toString())
                .isEqualTo("[\"acme\",\"globex\"]");
        assertThat(demo.at("/servers/broker2/host").asText()).isEqualTo("b:9092");
        assertThat(demo.at("/servers/broker1/bindings/kafka/schemaRegistryUrl").asText())
                .isEqualTo("http://registry:8081");

        assertThat(parsed(REGION).path("channels").propertyStream().map(Map.Entry::getKey))
                .containsExactly("updates", "rounds", "control", "rejected");
    }

    @ParameterizedTest
    @CsvSource({
        "PLAINTEXT, kafka",
        "SASL_PLAINTEXT, kafka",
        "SSL, kafka-secure",
        "SASL_SSL, kafka-secure",
        "sasl_ssl, kafka-secure"
    })
    void aServerIsSecureIfItsClientsSpeakTls(String securityProtocol, String expected)
            throws IOException {
        assertThat(protocol(Map.of("security.protocol", securityProtocol))).isEqualTo(expected);
    }

    @Test
    void otherPropertiesMakeNoServerSecure() throws IOException {
        assertThat(protocol(Map.of())).isEqualTo("kafka");
        assertThat(protocol(Map.of("sasl.mechanism", "PLAIN"))).isEqualTo("kafka");
    }

    private static String protocol(Map<String, String> security) throws IOException {
        var document =
                AsyncApiDocument.of(
                        new KafkaConnection("a:9092", security),
                        new FederationTopics("demo"),
                        SETTINGS,
                        List.of());
        return parsed(document).at("/servers/broker1/protocol").asText();
    }

    @Test
    void everyRecordOfEveryTopicIsSentAndReceived() throws IOException {
        var tree = parsed(ANY);
        var sent = new LinkedHashSet<String>();
        var received = new LinkedHashSet<String>();
        for (var operation : tree.path("operations")) {
            var into = operation.path("action").asText().equals("send") ? sent : received;
            operation.path("messages").forEach(m -> into.add(m.path("$ref").asText()));
            assertThat(operation.path("messages"))
                    .allMatch(
                            m ->
                                    m.path("$ref")
                                            .asText()
                                            .startsWith(operation.at("/channel/$ref").asText()));
        }
        var all = new ArrayList<String>();
        for (var topic : TopicContent.values()) {
            for (var type : topic.types()) {
                all.add(
                        "#/channels/%s/messages/%s"
                                .formatted(
                                        topic.name().toLowerCase(Locale.ROOT),
                                        type.getSimpleName()));
            }
        }

        assertThat(sent).containsExactlyInAnyOrderElementsOf(all);
        assertThat(received).containsExactlyInAnyOrderElementsOf(all);
        assertThat(tree.at("/components/messages")).hasSize(Wire.types().size());
    }

    @Test
    void payloadsAreTheSchemas() throws IOException {
        var messages = parsed(ANY).at("/components/messages");
        for (var type : Wire.types()) {
            var payload = messages.path(type.getSimpleName()).path("payload");
            assertThat(new Schema.Parser().parse(payload.path("schema").toString()))
                    .isEqualTo(Wire.schema(type));
        }
    }

    static Stream<ProducerRecord<byte[], byte[]>> records() {
        var records = new FederationRecords(new FederationTopics("demo"));
        var id = new UpdateId(4, 1, 99);
        var chunk = new UpdateChunk("main", id, 5, Codec.F32, 1, 0, 0, new byte[4]);
        var manifest =
                new UpdateManifest("main", id, 3, "", 1, 1, 1, 1, 1, Codec.F32, List.of(), "", 1);
        var moment = Samples.chunk("main", 7, 3, 2, 1);
        var version = Samples.version("main", 7, Samples.chunks("main", 7, 1), 0);
        return Stream.of(
                records.presence("acme", presence()),
                records.evaluation("acme", new SiloEvaluation("main", 3, 10, 5, 20)),
                records.update("acme", manifest),
                records.update("acme", chunk, 3),
                records.update("acme", new UpdateEnd("main", id, 1, List.of())),
                records.round(Samples.plan("main", 2, "a", "b")),
                records.round(weights()),
                records.round(
                        new RoundOutcome(
                                "main", 2, RoundStatus.CLOSED, "", "mean", List.of(), 1, 2)),
                records.round(new ControlOutcome("main", 5, true, "", 3, 1)),
                records.model(moment, 2),
                records.model(Samples.chunk("main", 7, 3, 0, 1), 2),
                records.genesis(moment, 2),
                records.version(version),
                records.control(
                        new ControlCommand(
                                "main", ControlCommand.Kind.PAUSE, "", "", "op", "test")),
                records.rejected(
                        new RejectedUpdate(
                                "acme",
                                1,
                                2,
                                "main",
                                -1,
                                -1,
                                -1,
                                RejectionReason.MALFORMED,
                                "",
                                9)));
    }

    @ParameterizedTest
    @MethodSource("records")
    void recordsAreWrittenAsTheDocumentSays(ProducerRecord<byte[], byte[]> record)
            throws Exception {
        var tree = parsed(ANY);
        var type = Wire.decode(record.value()).getClass().getSimpleName();
        var message = tree.at("/components/messages/" + type);
        var channel =
                StreamSupport.stream(tree.path("channels").spliterator(), false)
                        .filter(c -> matches(c.path("address").asText(), record.topic()))
                        .findFirst()
                        .orElseThrow();
        assertThat(channel.path("messages").has(type)).isTrue();

        var properties = message.at("/headers/properties");
        var headers = new ArrayList<String>();
        for (var header : record.headers()) {
            headers.add(header.key());
            var value = new String(header.value(), UTF_8);
            var said = properties.path(header.key());
            assertThat(value).matches(said.path("pattern").asText("[a-zA-Z0-9-]*"));
            assertThat(value).isEqualTo(said.path("const").asText(value));
        }
        assertThat(headers)
                .containsExactlyElementsOf(
                        properties.propertyStream().map(Map.Entry::getKey).toList());

        var key = message.at("/bindings/kafka/key");
        assertThat(record.key() == null).isEqualTo(key.isMissingNode());
        if (record.key() != null) {
            assertThat(new String(record.key(), UTF_8)).matches(key.path("pattern").asText());
        }
    }

    @Test
    void everyTypeIsTried() {
        assertThat(records().map(AsyncApiDocumentTest::type).distinct())
                .containsExactlyInAnyOrderElementsOf(
                        Wire.types().stream().map(Class::getSimpleName).toList());
    }

    private static String type(ProducerRecord<byte[], byte[]> record) {
        return new String(
                Objects.requireNonNull(record.headers().lastHeader("type")).value(), UTF_8);
    }

    private static boolean matches(String address, String topic) {
        return topic.matches(address.replace(".", "\\.").replaceAll("\\{[a-z]+}", "[a-z0-9-]+"));
    }

    private static SiloPresence presence() {
        return new SiloPresence(
                SiloPresence.Kind.HEARTBEAT,
                1,
                1,
                1,
                SiloPresence.Phase.TRAINING,
                "main",
                2,
                1,
                2,
                10);
    }

    private static RoundWeights weights() {
        return new RoundWeights(
                "main",
                2,
                "krum",
                List.of("a"),
                List.of(),
                true,
                new double[] {1},
                0,
                new double[0],
                new double[0],
                1,
                new int[0],
                0,
                List.of(),
                "");
    }

    private static JsonNode parsed(AsyncApiDocument document) throws IOException {
        return new YAMLMapper().readTree(document.toYaml());
    }
}
