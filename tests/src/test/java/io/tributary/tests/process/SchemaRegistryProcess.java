package io.tributary.tests.process;

import io.tributary.kafka.embedded.FreePorts;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A schema registry in a process of its own: Apicurio Registry, which keeps what it is told in
 * memory. The build unpacks it before integration tests.
 */
public final class SchemaRegistryProcess implements AutoCloseable {

    private static final Path UNPACKED = Path.of("target", "schema-registry");
    private static final String MAIN = "io.quarkus.runner.GeneratedMain";

    /** It takes 10 s of a processor. */
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final Jvm process;
    private final String url;

    private SchemaRegistryProcess(Jvm process, String url) {
        this.process = process;
        this.url = url;
    }

    /**
     * Starts one on a free port of the loopback interface.
     *
     * @param logs folder that its log is written to
     * @throws StalledException if it does not answer; nothing of it is left then
     */
    public static SchemaRegistryProcess start(Path logs) throws IOException, StalledException {
        Files.createDirectories(logs);
        int port = FreePorts.take();
        var flags =
                List.of(
                        "-Xmx384m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1", // it lives for a minute
                        "-Dquarkus.http.host=" + FreePorts.HOST,
                        "-Dquarkus.http.port=" + port);
        var process =
                Jvm.start("schema-registry", logs, classPath(), Map.of(), flags, MAIN, List.of());
        var url = "http://%s:%s/apis/ccompat/v7".formatted(FreePorts.HOST, port);
        var registry = new SchemaRegistryProcess(process, url);
        try {
            registry.awaitAnswer(logs);
            return registry;
        } catch (StalledException | RuntimeException e) {
            registry.close();
            throw e;
        }
    }

    private void awaitAnswer(Path logs) throws StalledException {
        var request = HttpRequest.newBuilder(URI.create(url + "/subjects")).build();
        var http = HttpClient.newHttpClient();
        Patience.require(
                "an answer of the schema registry (log in %s)".formatted(logs),
                PATIENCE,
                () -> {
                    if (!process.isAlive()) {
                        throw new StalledException("the schema registry has ended", null);
                    }
                    return http.send(request, BodyHandlers.discarding()).statusCode() == 200;
                });
    }

    /** Its libraries, which are named in its jar, and the class that lets it end with this JVM. */
    private static String classPath() throws IOException {
        try (var jars = Files.newDirectoryStream(UNPACKED, "*-runner.jar")) {
            var jar = jars.iterator();
            if (!jar.hasNext()) {
                throw new IOException("there is no registry in " + UNPACKED.toAbsolutePath());
            }
            var own = Child.class.getProtectionDomain().getCodeSource().getLocation().getPath();
            return jar.next().toAbsolutePath() + File.pathSeparator + own;
        }
    }

    /** Its interface as Confluent's registry has it. */
    public String url() {
        return url;
    }

    /** kill -9. */
    @Override
    public void close() {
        process.close();
    }
}
