package io.tributary.kafka.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A registry behind TLS, with a certificate that nobody but the reader of its store trusts. */
class RegistryTlsITCase {

    private static final String PASSWORD = "changeit";

    @TempDir static Path folder;

    @BeforeAll
    static void makeCertificate() throws Exception {
        keytool(
                "-genkeypair -alias r -keyalg EC -dname CN=localhost -ext san=dns:localhost"
                        + " -validity 2 -keystore server.p12 -storetype PKCS12");
        keytool("-exportcert -rfc -alias r -keystore server.p12 -file server.pem");
        keytool("-importcert -noprompt -alias r -file server.pem -keystore trust.p12");
    }

    @Test
    void aTrustStoreOrACertificateMakesItTrusted() throws Exception {
        try (var registry = new StubRegistry(serverContext())) {
            with(
                            registry,
                            Map.of(
                                    "ssl.truststore.location",
                                    folder.resolve("trust.p12").toString(),
                                    "ssl.truststore.password",
                                    PASSWORD,
                                    "ssl.truststore.type",
                                    "PKCS12"))
                    .ids()
                    .ping();
            with(
                            registry,
                            Map.of(
                                    "ssl.truststore.location",
                                    folder.resolve("server.pem").toString(),
                                    "ssl.truststore.type",
                                    "PEM"))
                    .ids()
                    .ping();

            assertThat(registry.requests()).hasSize(2);
        }
    }

    @Test
    void withoutItIsNot() throws Exception {
        try (var registry = new StubRegistry(serverContext())) {
            var connection = with(registry, Map.of());

            assertThatThrownBy(() -> connection.ids().ping())
                    .isInstanceOf(SchemaRegistryException.class)
                    .hasMessageContaining("unable to find valid certification path");
            assertThat(registry.requests()).isEmpty();
        }
    }

    @Test
    void aStoreThatIsNotThereIsNamed() {
        var connection =
                new RegistryConnection(
                        List.of("https://localhost:1"),
                        true,
                        SubjectNaming.RECORD,
                        true,
                        Map.of("ssl.truststore.location", "/nowhere/trust.jks"));

        assertThatThrownBy(() -> connection.ids().ping())
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("/nowhere/trust.jks");
    }

    private static RegistryConnection with(StubRegistry registry, Map<String, String> security) {
        return new RegistryConnection(
                List.of(registry.url()), true, SubjectNaming.RECORD, true, security);
    }

    private static SSLContext serverContext() throws Exception {
        var store = KeyStore.getInstance("PKCS12");
        try (var in = Files.newInputStream(folder.resolve("server.p12"))) {
            store.load(in, PASSWORD.toCharArray());
        }
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD.toCharArray());
        var context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    private static void keytool(String arguments) throws IOException, InterruptedException {
        var command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin/keytool")
                                        .toString()));
        command.addAll(List.of(arguments.split(" ", -1)));
        command.addAll(List.of("-storepass", PASSWORD));
        var process =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .start();
        var output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
    }
}
