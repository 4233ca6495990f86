package io.tributary.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.tributary.kafka.embedded.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code topics} does without a broker. */
class TopicsCommandTest {

    @TempDir private Path folder;

    @Test
    void theInterfaceOfAFederationIsPrintedWithItsNames() throws IOException {
        var ended = Ended.run("topics", "asyncapi", "-b", "kafka:9093", "-f", "news", "-s", "acme");

        assertThat(ended.exitCode()).isZero();
        assertThat(ended.err()).isEmpty();
        var document = new YAMLMapper().readTree(ended.out());
        assertThat(document.path("asyncapi").asText()).isEqualTo("3.0.0");
        assertThat(document.at("/servers/broker1/host").asText()).isEqualTo("kafka:9093");
        assertThat(document.at("/channels/rounds/address").asText()).isEqualTo("news.rounds");
        assertThat(document.at("/components/parameters/silo/enum/0").asText()).isEqualTo("acme");
    }

    @Test
    void whatIsCreatedOtherwiseIsPrintedOtherwise() throws IOException {
        var ended =
                Ended.run(
                        "topics",
                        "asyncapi",
                        "-b",
                        "kafka:9093",
                        "-f",
                        "news",
                        "--replication",
                        "1",
                        "--chunk-partitions",
                        "9",
                        "--schema-registry",
                        "http://registry:8081");

        var document = new YAMLMapper().readTree(ended.out());
        assertThat(document.at("/channels/updates/bindings/kafka/partitions").asInt())
                .isEqualTo(10);
        assertThat(document.at("/channels/updates/bindings/kafka/replicas").asInt()).isEqualTo(1);
        assertThat(document.at("/servers/broker1/bindings/kafka/schemaRegistryUrl").asText())
                .isEqualTo("http://registry:8081");
    }

    /** Its transactional ids would be the model line's; {@code main} is one unless told. */
    @ParameterizedTest
    @CsvSource({
        "main, main, USAGE",
        "genesis, main, USAGE",
        "expert-law, main, OK",
        "expert-law, expert-law, USAGE",
        "genesis, expert-law, USAGE",
        "main, expert-law, OK"
    })
    void aSiloIsNotCalledLikeTheModelLine(String silo, String model, String end) {
        var ended =
                Ended.run(
                        "topics",
                        "asyncapi",
                        "-b",
                        "kafka:9093",
                        "-f",
                        "news",
                        "-s",
                        silo,
                        "-m",
                        model);

        assertThat(ended.exitCode())
                .as(ended.err())
                .isEqualTo(end.equals("OK") ? ExitCode.OK : ExitCode.USAGE);
    }

    @Test
    void registeringNeedsARegistry() {
        var ended = Ended.run("topics", "register", "-b", "kafka:9093", "-f", "news");

        assertThat(ended.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(ended.err()).contains("set --schema-registry");
    }

    @Test
    void aRegistryThatIsNotThereIsNamed() {
        int port = FreePorts.take();
        var url = "http://localhost:" + port;

        var ended =
                Ended.run(
                        "topics",
                        "register",
                        "-b",
                        "kafka:9093",
                        "-f",
                        "news",
                        "--schema-registry",
                        url);

        assertThat(ended.exitCode()).isEqualTo(ExitCode.CLUSTER);
        assertThat(ended.err())
                .isEqualTo(
                        "tributary: the schema registry at %s does not answer (ConnectException); check the address and that it runs%n"
                                .formatted(url));
    }

    @Test
    void aRegistryCanBeSetInTheFileOfClientSettings() throws IOException {
        var file = folder.resolve("client.properties");
        Files.writeString(
                file,
                """
                security.protocol=SASL_SSL
                schema.registry.url=https://registry:8081
                schema.registry.write=false
                schema.registry.subjects=topic-record
                schema.registry.auto.register=false
                schema.registry.bearer.auth.token=t0ken
                """);
        var settings = ClientSettings.of(file);

        assertThat(settings.security()).containsOnlyKeys("security.protocol");
        var registry = settings.registry(null);
        assertThat(registry.toString()).isEqualTo("https://registry:8081");
        assertThat(registry.subjects()).hasToString("topic-record");
        assertThat(registry.autoRegister()).isFalse();
        assertThat(registry.writes()).isFalse();
        assertThat(registry.security()).containsEntry("bearer.auth.token", "t0ken");
        assertThat(settings.registry("http://other:1").toString()).isEqualTo("http://other:1");
        assertThat(ClientSettings.NONE.registry(null)).isNull();
    }

    @Test
    void aBlankAddressOfARegistryIsNone() throws IOException {
        var file = folder.resolve("client.properties");
        Files.writeString(file, "security.protocol=SASL_SSL \nschema.registry.url= \n");
        var settings = ClientSettings.of(file);

        assertThat(settings.security()).containsEntry("security.protocol", "SASL_SSL");
        assertThat(settings.registry()).isEmpty();
        assertThat(settings.registry(" ")).isNull();
        assertThat(settings.registry("http://other:1").toString()).isEqualTo("http://other:1");
    }

    @Test
    void propertiesOfARegistryWithoutOneAreNamed() throws IOException {
        var file = folder.resolve("client.properties");
        Files.writeString(file, "schema.registry.subjects=record\n");

        var ended =
                Ended.run(
                        "topics",
                        "asyncapi",
                        "-b",
                        "kafka:9093",
                        "-f",
                        "news",
                        "--kafka-config",
                        file.toString());

        assertThat(ended.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(ended.err()).contains("set schema.registry.url or --schema-registry");
    }
}
