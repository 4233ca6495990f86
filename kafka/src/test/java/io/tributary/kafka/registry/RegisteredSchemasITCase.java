package io.tributary.kafka.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.kafka.embedded.FreePorts;
import io.tributary.schemas.model.ModelChunk;
import io.tributary.schemas.round.RoundPlan;
import io.tributary.schemas.update.UpdateChunk;
import io.tributary.schemas.wire.MalformedRecordException;
import io.tributary.schemas.wire.Wire;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.SchemaNormalization;
import org.apache.kafka.common.config.provider.DirectoryConfigProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegisteredSchemasITCase {

    private static final long CHUNK =
            SchemaNormalization.parsingFingerprint64(Wire.schema(UpdateChunk.class));

    private StubRegistry registry;
    private long nanos;

    @BeforeEach
    void start() throws IOException {
        registry = new StubRegistry();
    }

    @AfterEach
    void stop() {
        registry.close();
    }

    @Test
    void aWriterRegistersEachSchemaOnce() {
        var schemas = schemas(SubjectNaming.RECORD, true);

        int id = schemas.id("demo.updates.acme", UpdateChunk.class);

        assertThat(schemas.id("demo.updates.globex", UpdateChunk.class)).isEqualTo(id);
        assertThat(schemas.id("demo.updates.acme", UpdateChunk.class)).isEqualTo(id);
        assertThat(registry.requests())
                .containsExactly("POST /subjects/io.tributary.schemas.update.UpdateChunk/versions");
    }

    @Test
    void namedByTopicEachTopicHasItsSubject() {
        var schemas = schemas(SubjectNaming.TOPIC_RECORD, true);

        int id = schemas.id("demo.models", ModelChunk.class);

        assertThat(schemas.id("demo.genesis", ModelChunk.class)).isEqualTo(id);
        assertThat(registry.subjects())
                .containsOnlyKeys(
                        "demo.models-io.tributary.schemas.model.ModelChunk",
                        "demo.genesis-io.tributary.schemas.model.ModelChunk");
    }

    @Test
    void aWriterThatMayNotRegisterFindsWhatOthersHaveRegistered() {
        var looking = schemas(SubjectNaming.RECORD, false);
        assertThatThrownBy(() -> looking.id("demo.rounds", RoundPlan.class))
                .isInstanceOf(SchemaRegistryException.class)
                .hasMessageContaining("does not have our schema of subject")
                .hasMessageContaining("'tributary topics register'");

        int id = schemas(SubjectNaming.RECORD, true).id("demo.rounds", RoundPlan.class);

        assertThat(looking.id("demo.rounds", RoundPlan.class)).isEqualTo(id);
    }

    @Test
    void aReaderAsksForEachNumberOnceAndGoesOnWithoutTheRegistry() throws Exception {
        int id = registry.add(Wire.schema(UpdateChunk.class).toString());
        var schemas = schemas();
        assertThat(schemas.fingerprint(id, "acme")).isEqualTo(CHUNK);

        registry.close();

        assertThat(schemas.fingerprint(id, "acme")).isEqualTo(CHUNK);
        assertThat(registry.requests()).containsExactly("GET /schemas/ids/" + id);
    }

    @Test
    void whatOneWritesOneCanRead() throws Exception {
        var schemas = schemas();
        int id = schemas.id("demo.updates.acme", UpdateChunk.class);
        registry.close();

        assertThat(schemas.fingerprint(id, "acme")).isEqualTo(CHUNK);
    }

    @Test
    void aSchemaInOtherWordsIsTheSame() throws Exception {
        int id = registry.add(SchemaNormalization.toParsingForm(Wire.schema(UpdateChunk.class)));

        assertThat(schemas().fingerprint(id, "acme")).isEqualTo(CHUNK);
    }

    @Test
    void whatIsNoneOfOursIsTheWritersFault() {
        var schemas = schemas();
        var other = SchemaBuilder.record("Other").fields().requiredInt("a").endRecord();
        assertMalformed(schemas, registry.add(other.toString()), "not a record of this federation");
        assertMalformed(schemas, registry.add("{\"type\":"), "no Avro schema that can be read");
        assertMalformed(schemas, registry.add("[".repeat(50_000)), "no Avro schema");
        assertMalformed(schemas, 4711, "schema id 4711 is none of the registry's");
        assertMalformed(schemas, -1, "schema id -1 is none of the registry's");
    }

    @Test
    void aNumberThatMeansNothingIsNotAskedForAgainForAWhile() throws Exception {
        var schemas = schemas();
        for (int i = 0; i < 100; i++) {
            assertMalformed(schemas, 1, "none of the registry's");
        }
        int asked = registry.requests().size();
        assertThat(asked).isEqualTo(2); // once more, for a server that hears of it a moment later

        registry.add(Wire.schema(UpdateChunk.class).toString());
        nanos += RegisteredSchemas.FORGET_NANOS - 1;
        assertMalformed(schemas, 1, "none of the registry's");
        nanos += 1;

        assertThat(schemas.fingerprint(1, "acme")).isEqualTo(CHUNK);
    }

    @Test
    void onATopicOfOurOwnANumberThatMeansNothingIsAWrongRegistry() throws Exception {
        var schemas = schemas();
        assertThatThrownBy(() -> schemas.fingerprint(1, "demo.versions"))
                .isInstanceOf(SchemaRegistryException.class)
                .hasMessageContaining("topic demo.versions")
                .hasMessageContaining("is it the registry of this cluster?");

        registry.add(Wire.schema(UpdateChunk.class).toString());

        assertThat(schemas.fingerprint(1, "demo.versions")).isEqualTo(CHUNK);
    }

    @Test
    void withoutARegistryASiloIsAtFaultAndOnATopicOfOurOwnTheReader() {
        for (var origin : List.of("acme", "demo.updates.acme", "backup.demo.updates.acme")) {
            assertThatThrownBy(() -> NoRegistry.IDS.fingerprint(1, origin))
                    .isInstanceOf(MalformedRecordException.class);
        }
        for (var origin : List.of("demo.versions", "demo.rounds", "updates.models")) {
            assertThatThrownBy(() -> NoRegistry.IDS.fingerprint(1, origin))
                    .isInstanceOf(SchemaRegistryException.class)
                    .hasMessageContaining("topic " + origin)
                    .hasMessageContaining("--schema-registry");
        }
    }

    /** Else one silo, with a schema of its own, could stop whoever reads it again and again. */
    @Test
    void aNumberThatTheRegistryCannotAnswerShortlyIsItsSilosFault() {
        var schemas = schemas();
        int large = registry.add(" ".repeat(2 * 1024 * 1024));
        assertMalformed(schemas, large, "schema id 1 is none of the registry's");

        registry.fail(1, 422, "{\"error_code\": 422}");
        assertMalformed(schemas, 7, "schema id 7 is none of the registry's");
    }

    @Test
    void whoMakesNumbersUpIsNotAskedForAndOthersAre() throws Exception {
        var schemas = schemas();
        int known = registry.add(Wire.schema(UpdateChunk.class).toString());
        var other = SchemaBuilder.record("Other").fields().requiredInt("a").endRecord();
        for (int i = 0; i < 200; i++) {
            registry.add(other.toString()); // is answered at once, so that the test is fast
        }
        for (int id = known + 1; id <= known + 200; id++) {
            int number = id;
            assertThatThrownBy(() -> schemas.fingerprint(number, "mallory"))
                    .isInstanceOf(MalformedRecordException.class);
        }

        assertThat(registry.requests()).hasSize(LookupBudget.AT_ONCE);
        assertThatThrownBy(() -> schemas.fingerprint(known, "mallory"))
                .hasMessageContaining("mallory has had more than 32 numbers looked up");
        assertThat(schemas.fingerprint(known, "acme")).isEqualTo(CHUNK);
        // What is known costs nobody anything.
        assertThat(schemas.fingerprint(known, "mallory")).isEqualTo(CHUNK);
    }

    @Test
    void aRegistryThatStumblesIsAskedAgain() throws Exception {
        int id = registry.add(Wire.schema(UpdateChunk.class).toString());
        registry.fail(2, 503, "{\"error_code\": 50003, \"message\": \"no leader\"}");

        assertThat(schemas().fingerprint(id, "acme")).isEqualTo(CHUNK);
    }

    @Test
    void aRegistryThatIsDownIsNobodysFault() throws Exception {
        int id = registry.add(Wire.schema(UpdateChunk.class).toString());
        var schemas = schemas();
        registry.fail(3, 500, "");
        assertUnavailable(schemas, id, "does not answer (status 500)");
        registry.fail(1, 404, "<html>no such page</html>");
        assertUnavailable(schemas, id, "check the path of its address");
        registry.fail(1, 403, "{\"error_code\": 403, \"message\": \"not for you\"}");
        assertUnavailable(schemas, id, "status 403, not for you");
        registry.fail(1, 200, "{\"schema\": 5}");
        assertUnavailable(schemas, id, "answers what was not expected");
        registry.fail(3, 200, "x".repeat(2 * 1024 * 1024));
        assertUnavailable(schemas, id, "more than 1048576 bytes");

        // None of it is held against the number.
        assertThat(schemas.fingerprint(id, "acme")).isEqualTo(CHUNK);
    }

    @Test
    void anOutageUsesUpNothingOfWhatASiloMayAsk() throws Exception {
        int id = registry.add(Wire.schema(UpdateChunk.class).toString());
        var schemas = schemas();
        registry.fail(40, 403, ""); // is not tried again, so that the test is fast
        for (int i = 0; i < 40; i++) {
            assertUnavailable(schemas, id, "refuses the caller");
        }
        var other = SchemaBuilder.record("Other").fields().requiredInt("a").endRecord();
        for (int i = 1; i < LookupBudget.AT_ONCE; i++) { // all but the last
            assertMalformed(schemas, registry.add(other.toString()), "not a record of this");
        }
        int port = registry.port();
        registry.close();
        assertUnavailable(schemas, id, "does not answer");

        registry = new StubRegistry(port);
        registry.add(Wire.schema(UpdateChunk.class).toString());

        assertThat(schemas.fingerprint(id, "acme")).isEqualTo(CHUNK);
    }

    @Test
    void anAddressWhereNobodyListensIsNamed() {
        int port = FreePorts.take();
        var connection = RegistryConnection.at("http://localhost:" + port);

        assertThatThrownBy(() -> connection.ids().ping())
                .isInstanceOf(SchemaRegistryException.class)
                .hasMessageContaining(
                        "the schema registry at http://localhost:%s does not answer"
                                .formatted(port));
    }

    @Test
    void ofSeveralAddressesOneThatAnswersIsEnough() {
        int port = FreePorts.take();
        RegistryConnection.at("http://localhost:%s,%s".formatted(port, registry.url()))
                .ids()
                .ping();

        assertThat(registry.requests()).containsExactly("GET /schemas/types");
    }

    @Test
    void anIncompatibleSchemaIsNamed() {
        registry.fail(1, 409, "{\"error_code\": 409, \"message\": \"READER_FIELD_MISSING\"}");

        assertThatThrownBy(() -> schemas().id("demo.rounds", RoundPlan.class))
                .isInstanceOf(SchemaRegistryException.class)
                .hasMessageContaining("io.tributary.schemas.round.RoundPlan")
                .hasMessageContaining("READER_FIELD_MISSING");
    }

    @Test
    void credentialsAreSent() {
        registry.authorize(header -> header.equals("Basic YWNtZTpzM2NyZXQ6eA=="));
        with(Map.of(RegistryConnection.BASIC, "acme:s3cret:x")).ids().ping();
        registry.authorize(header -> header.equals("Bearer t0ken"));
        with(Map.of(RegistryConnection.BEARER, "t0ken")).ids().ping();

        assertThatThrownBy(() -> with(Map.of()).ids().ping())
                .isInstanceOf(SchemaRegistryException.class)
                .hasMessageContaining("refuses the caller");
    }

    @Test
    void credentialsMayStayInFiles(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("login"), "acme:s3cret:x\n");
        Files.writeString(folder.resolve("token"), "t0ken\n");
        Files.writeString(folder.resolve("half"), "acme");
        registry.authorize(header -> header.equals("Basic YWNtZTpzM2NyZXQ6eA=="));

        inFile(RegistryConnection.BASIC, folder, "login").ids().ping();
        registry.authorize(header -> header.equals("Bearer t0ken"));
        inFile(RegistryConnection.BEARER, folder, "token").ids().ping();

        assertThatThrownBy(() -> inFile(RegistryConnection.BASIC, folder, "half").ids().ping())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("user:password")
                .hasMessageNotContaining("acme");
        assertThat(registry.requests()).hasSize(2);
    }

    private RegistryConnection inFile(String property, Path folder, String name) {
        return with(
                Map.of(
                        "config.providers",
                        "dir",
                        "config.providers.dir.class",
                        DirectoryConfigProvider.class.getName(),
                        property,
                        "${dir:%s:%s}".formatted(folder, name)));
    }

    @Test
    void propertiesThatCannotBeReadAreToldAsTheRegistrys() {
        var connection = with(Map.of("config.providers", "a", "config.providers.a.class", "none"));

        assertThatThrownBy(() -> connection.ids().ping())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the schema registry's properties cannot be read");
    }

    @Test
    void numbersTravel() throws Exception {
        var out = new ByteArrayOutputStream();
        try (var objects = new ObjectOutputStream(out)) {
            objects.writeObject(with(Map.of()).ids());
        }
        RegistryIds travelled;
        try (var objects = new ObjectInputStream(new ByteArrayInputStream(out.toByteArray()))) {
            travelled = (RegistryIds) objects.readObject();
        }
        int id = travelled.id("demo.updates.acme", UpdateChunk.class);

        assertThat(with(Map.of()).ids().id("demo.updates.globex", UpdateChunk.class)).isEqualTo(id);
        assertThat(registry.requests()).hasSize(1); // one memory in a process
    }

    private RegisteredSchemas schemas() {
        return schemas(SubjectNaming.RECORD, true);
    }

    private RegisteredSchemas schemas(SubjectNaming subjects, boolean autoRegister) {
        return new RegisteredSchemas(
                new RegistryConnection(
                        List.of(registry.url()), true, subjects, autoRegister, Map.of()),
                () -> nanos);
    }

    private RegistryConnection with(Map<String, String> security) {
        return new RegistryConnection(
                List.of(registry.url()), true, SubjectNaming.RECORD, true, security);
    }

    private static void assertMalformed(RegisteredSchemas schemas, int id, String reason) {
        assertThatThrownBy(() -> schemas.fingerprint(id, "acme"))
                .isInstanceOf(MalformedRecordException.class)
                .hasMessageContaining(reason);
    }

    private static void assertUnavailable(RegisteredSchemas schemas, int id, String reason) {
        assertThatThrownBy(() -> schemas.fingerprint(id, "acme"))
                .isInstanceOf(SchemaRegistryException.class)
                .hasMessageContaining(reason);
    }
}
