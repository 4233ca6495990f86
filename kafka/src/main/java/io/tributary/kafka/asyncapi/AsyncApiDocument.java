package io.tributary.kafka.asyncapi;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.tributary.kafka.KafkaConnection;
import io.tributary.kafka.records.TopicContent;
import io.tributary.kafka.registry.RegistryConnection;
import io.tributary.kafka.topics.CatalogueSettings;
import io.tributary.kafka.topics.FederationTopics;
import io.tributary.kafka.topics.TopicCatalogue;
import io.tributary.kafka.topics.TopicSpec;
import io.tributary.schemas.wire.Wire;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import org.apache.avro.SchemaNormalization;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.jspecify.annotations.Nullable;

/**
 * The AsyncAPI 3.0 document of a federation: topics with their policies, records with their keys,
 * headers and schemas, and who sends and receives what. All of it follows from the code that writes
 * the records and creates the topics; nothing is said twice.
 */
public final class AsyncApiDocument {

    /** Of what is described here, not of the program. */
    private static final String VERSION = "0.1.0";

    private static final String CONTENT_TYPE = "application/avro";
    private static final String AVRO = "application/vnd.apache.avro;version=1.9.0";
    private static final String BINDING_VERSION = "0.5.0";
    private static final String NAME = "^[a-z0-9-]{1,63}$";

    /** The values of {@code security.protocol} that mean TLS. */
    private static final Set<String> ENCRYPTED =
            Set.of(SecurityProtocol.SSL.name, SecurityProtocol.SASL_SSL.name);

    /** Stand for the names of a federation and a silo that are left open. */
    private static final String ANY_FEDERATION = "federation";

    private static final String ANY_SILO = "silo";

    private static final String DESCRIPTION =
            """
            Silos pre-train one language model together: each trains on text of its own and publishes what that changed,
            a job combines the changes of a round and publishes the next version of the model.

            One document for all roles: an operation's name begins with the role that it belongs to, and `send` and
            `receive` are said from that role's side. Who writes a silo needs the operations `silo...` alone.

            A value is a record in Avro's binary encoding behind a frame: Avro's single-object encoding, which names the
            schema by its fingerprint (`x-avro-fingerprint`), or the frame of a schema registry, which names it by a number.
            Readers take both. `schemas/README.md` has the frames byte by byte, and what every field means.

            All topics stamp records with the broker's time. Everybody reads committed records only.
            """;

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final YAMLMapper YAML =
            YAMLMapper.builder()
                    .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                    .disable(YAMLGenerator.Feature.SPLIT_LINES)
                    .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
                    .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
                    .enable(YAMLGenerator.Feature.LITERAL_BLOCK_STYLE)
                    .build();

    private final FederationTopics topics;
    private final TopicCatalogue catalogue;
    private final @Nullable KafkaConnection connection;
    private final List<String> silos;

    private AsyncApiDocument(
            FederationTopics topics,
            CatalogueSettings settings,
            @Nullable KafkaConnection connection,
            Collection<String> silos) {
        this.topics = topics;
        this.catalogue = new TopicCatalogue(topics, settings);
        this.connection = connection;
        this.silos = silos.stream().sorted().distinct().toList();
    }

    /** Of any federation: its name and its silos' are parameters. */
    public static AsyncApiDocument ofAny(CatalogueSettings settings) {
        return new AsyncApiDocument(
                new FederationTopics(ANY_FEDERATION), settings, null, List.of());
    }

    /**
     * Of one federation. A region behind a relay has the topics that are its own.
     *
     * @param connection where it is; asked for nothing
     * @param silos its silos, as far as they are to be named
     */
    public static AsyncApiDocument of(
            KafkaConnection connection,
            FederationTopics topics,
            CatalogueSettings settings,
            Collection<String> silos) {
        return new AsyncApiDocument(topics, settings, connection, silos);
    }

    public String toYaml() {
        try {
            return YAML.writeValueAsString(toJson());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of JSON can be written as YAML", e);
        }
    }

    /** The same as a tree. */
    public JsonNode toJson() {
        var document = object().put("asyncapi", "3.0.0");
        document.set("info", info());
        document.put("defaultContentType", CONTENT_TYPE);
        document.set("servers", servers());
        var channels = document.putObject("channels");
        for (var topic : topics()) {
            channels.set(name(topic), channel(topic));
        }
        var operations = document.putObject("operations");
        for (var operation : Operation.all()) {
            if (channels.has(name(operation.topic()))) {
                operations.set(operation.name(), operation(operation));
            }
        }
        var components = document.putObject("components");
        var messages = components.putObject("messages");
        for (var type : Wire.types()) {
            if (topics().stream().anyMatch(topic -> topic.types().contains(type))) {
                messages.set(type.getSimpleName(), message(type));
            }
        }
        components.set("parameters", parameters());
        components.set("securitySchemes", securitySchemes());
        return document;
    }

    private ObjectNode info() {
        var info =
                object().put(
                                "title",
                                connection == null
                                        ? "Tributary"
                                        : "Tributary federation " + topics.federation())
                        .put("version", VERSION)
                        .put("description", DESCRIPTION);
        info.putObject("license")
                .put("name", "Apache-2.0")
                .put("url", "https://www.apache.org/licenses/LICENSE-2.0");
        var tags = info.putArray("tags");
        for (var role : Operation.Role.values()) {
            tags.addObject().put("name", role.toString()).put("description", role.description());
        }
        return info;
    }

    private ObjectNode servers() {
        var servers = object();
        if (connection != null) {
            var protocol = isEncrypted(connection) ? "kafka-secure" : "kafka";
            var hosts = RegistryConnection.split(connection.bootstrapServers());
            for (int i = 0; i < hosts.size(); i++) {
                var server = object().put("host", hosts.get(i)).put("protocol", protocol);
                addRegistry(server);
                servers.set("broker" + (i + 1), server);
            }
            return servers;
        }
        var open =
                object().put("host", "{bootstrap}")
                        .put("protocol", "kafka")
                        .put("description", "A cluster for trying out: no encryption, no rights.");
        setBootstrap(open, "localhost:9092");
        servers.set("open", open);
        var secured =
                object().put("host", "{bootstrap}")
                        .put("protocol", "kafka-secure")
                        .put(
                                "description",
                                "A cluster with TLS: who writes to a silo's topic is that silo, so each has credentials of its own.");
        setBootstrap(secured, "kafka.example.org:9093");
        var security = secured.putArray("security");
        security.addObject().put("$ref", "#/components/securitySchemes/scramSha512");
        security.addObject().put("$ref", "#/components/securitySchemes/mutualTls");
        servers.set("secured", secured);
        return servers;
    }

    private static boolean isEncrypted(KafkaConnection connection) {
        var protocol =
                connection
                        .security()
                        .getOrDefault(
                                CommonClientConfigs.SECURITY_PROTOCOL_CONFIG,
                                CommonClientConfigs.DEFAULT_SECURITY_PROTOCOL);
        return ENCRYPTED.contains(protocol.toUpperCase(Locale.ROOT)); // as clients read it
    }

    private static void setBootstrap(ObjectNode server, String standard) {
        server.putObject("variables")
                .putObject("bootstrap")
                .put("default", standard)
                .put("description", "host:port of a broker.");
    }

    private void addRegistry(ObjectNode server) {
        var registry = registry();
        if (registry != null) {
            server.putObject("bindings")
                    .putObject("kafka")
                    .put("schemaRegistryUrl", registry.urls().get(0))
                    .put("schemaRegistryVendor", "confluent")
                    .put("bindingVersion", BINDING_VERSION);
        }
    }

    private @Nullable RegistryConnection registry() {
        return connection == null ? null : connection.registry();
    }

    /** Those that the catalogue has. */
    private List<TopicContent> topics() {
        var found = new ArrayList<TopicContent>();
        for (var topic : TopicContent.values()) {
            if (spec(topic) != null) {
                found.add(topic);
            }
        }
        return found;
    }

    private @Nullable TopicSpec spec(TopicContent topic) {
        var name = topic.topic(topics, ANY_SILO);
        return catalogue.all(List.of(ANY_SILO)).stream()
                .filter(spec -> spec.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    private ObjectNode channel(TopicContent topic) {
        var spec = spec(topic);
        var channel = object().put("address", address(topic));
        var parameters = object();
        if (connection == null) {
            parameters.set("federation", reference("parameters/federation"));
        }
        if (topic == TopicContent.UPDATES) {
            parameters.set("silo", reference("parameters/silo"));
        }
        if (!parameters.isEmpty()) {
            channel.set("parameters", parameters);
        }
        var messages = channel.putObject("messages");
        for (var type : topic.types()) {
            messages.set(type.getSimpleName(), reference("messages/" + type.getSimpleName()));
        }
        var binding =
                channel.putObject("bindings")
                        .putObject("kafka")
                        .put("partitions", spec.partitions())
                        .put("replicas", spec.replicationFactor());
        var configuration = binding.putObject("topicConfiguration");
        new TreeMap<>(spec.config()).forEach((key, value) -> configure(configuration, key, value));
        binding.put("bindingVersion", BINDING_VERSION);
        return channel;
    }

    /** Names that are left open are parameters. */
    private String address(TopicContent topic) {
        var name = topic.topic(topics, ANY_SILO);
        if (topic == TopicContent.UPDATES) {
            name = name.substring(0, name.length() - ANY_SILO.length()) + "{silo}";
        }
        return connection == null ? "{federation}" + name.substring(ANY_FEDERATION.length()) : name;
    }

    private static void configure(ObjectNode configuration, String key, String value) {
        if (key.equals(TopicConfig.CLEANUP_POLICY_CONFIG)) {
            configuration.putArray(key).add(value);
        } else if (value.matches("-?[0-9]+")) {
            configuration.put(key, Long.parseLong(value));
        } else {
            configuration.put(key, value);
        }
    }

    private static ObjectNode operation(Operation operation) {
        var channel = "#/channels/" + name(operation.topic());
        var node = object().put("action", operation.sends() ? "send" : "receive");
        node.putObject("channel").put("$ref", channel);
        node.put("summary", operation.summary());
        node.putArray("tags").addObject().put("name", operation.role().toString());
        var messages = node.putArray("messages");
        for (var type : operation.types()) {
            messages.addObject().put("$ref", channel + "/messages/" + type.getSimpleName());
        }
        return node;
    }

    private ObjectNode message(Class<? extends Record> type) {
        var schema = Wire.schema(type);
        var form = MessageForm.of(type);
        var message =
                object().put("name", type.getSimpleName())
                        .put("summary", schema.getDoc())
                        .put("contentType", CONTENT_TYPE);
        message.set("headers", headers(type, form));
        var payload = message.putObject("payload").put("schemaFormat", AVRO);
        try {
            payload.set("schema", JSON.readTree(schema.toString()));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a schema is JSON", e);
        }
        message.putObject("bindings").set("kafka", binding(form));
        message.put(
                "x-avro-fingerprint",
                "%016x".formatted(SchemaNormalization.parsingFingerprint64(schema)));
        return message;
    }

    private static ObjectNode headers(Class<? extends Record> type, MessageForm form) {
        var headers = object().put("type", "object");
        var required = headers.putArray("required");
        var properties = headers.putObject("properties");
        for (var name : form.headers()) {
            required.add(name);
            var header = properties.putObject(name).put("type", "string");
            switch (name) {
                case "type" -> header.put("const", type.getSimpleName());
                case "model" -> header.put("description", "Name of the model line; may be empty.");
                case "silo" -> header.put("pattern", NAME);
                default -> header.put("pattern", "^-?[0-9]+$");
            }
        }
        return headers;
    }

    private ObjectNode binding(MessageForm form) {
        var binding = object();
        var key = form.key();
        if (key != MessageForm.Key.NONE) {
            binding.putObject("key")
                    .put("type", "string")
                    .put("pattern", key.pattern())
                    .put("description", key.meaning());
        }
        if (registry() != null) {
            binding.put("schemaIdLocation", "payload")
                    .put("schemaIdPayloadEncoding", "4")
                    .put("schemaLookupStrategy", registry().subjects() + "-name");
        }
        return binding.put("bindingVersion", BINDING_VERSION);
    }

    private ObjectNode parameters() {
        var parameters = object();
        if (connection == null) {
            parameters
                    .putObject("federation")
                    .put("description", "Name of the federation, 1 to 63 characters of [a-z0-9-].")
                    .putArray("examples")
                    .add("demo");
        }
        var silo =
                parameters
                        .putObject("silo")
                        .put("description", "Silo id, 1 to 63 characters of [a-z0-9-].");
        if (silos.isEmpty()) {
            silo.putArray("examples").add("acme");
        } else {
            silos.forEach(silo.putArray("enum")::add);
        }
        return parameters;
    }

    private static ObjectNode securitySchemes() {
        var schemes = object();
        schemes.putObject("scramSha512")
                .put("type", "scramSha512")
                .put("description", "SASL with SCRAM-SHA-512 over TLS: user and password.");
        schemes.putObject("mutualTls")
                .put("type", "X509")
                .put("description", "TLS with a certificate of the client.");
        return schemes;
    }

    private static String name(TopicContent topic) {
        return topic.name().toLowerCase(Locale.ROOT);
    }

    private static ObjectNode reference(String component) {
        return object().put("$ref", "#/components/" + component);
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
