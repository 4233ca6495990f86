package io.tributary.cli.dashboard;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tributary.cli.watch.FederationView;
import io.tributary.kafka.KafkaConnection;
import io.tributary.kafka.topics.FederationTopics;
import io.tributary.silo.text.ByteTokenizer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests as they are on the wire: clients in libraries refuse to send most of these. */
class PageServerTest {

    private static final Clock CLOCK = Clock.fixed(Instant.ofEpochMilli(Seen.NOW), ZoneOffset.UTC);

    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (var each : open) {
            each.close();
        }
    }

    @Test
    void thePageAndAllItAsksForAreThere() throws IOException {
        var page = page(Seen.of(Seen.smallFederation()));

        for (var path :
                List.of(
                        "/",
                        "/page.css",
                        "/theme.js",
                        "/page.js",
                        "/feed.js",
                        "/dom.js",
                        "/figures.js",
                        "/charts.js",
                        "/overview.js",
                        "/silos.js",
                        "/history.js",
                        "/uplot.js",
                        "/uplot.css",
                        "/icon.svg",
                        "/metrics",
                        "/healthz",
                        "/api/snapshot")) {
            assertThat(get(page, path)).as(path).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void browsersAreToldToRunNothingButItsOwnFiles() throws IOException {
        var answer = get(page(Seen.of(Seen.smallFederation())), "/");

        assertThat(answer)
                .containsIgnoringCase(
                        "Content-Security-Policy: default-src 'none'; script-src 'self'")
                .containsIgnoringCase("X-Content-Type-Options: nosniff")
                .doesNotContainPattern(
                        "<script>|<style>| style=| on[a-z]+=|https?://(?!www.w3.org)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/../../pom.xml",
                "/..%2f..%2fpom.xml",
                "/%2e%2e/%2e%2e/etc/passwd",
                "//etc/passwd",
                "/page/index.html",
                "/page.css/..",
                "/META-INF/MANIFEST.MF",
                "/api/versions/../model.zip",
                "/api/versions/-1/model.zip",
                "/api/versions/99999999999/model.zip",
                "/api",
                "/none"
            })
    void whatIsNotOnTheListIsNotThere(String path) throws IOException {
        assertThat(get(page(Seen.of(Seen.smallFederation())), path)).startsWith("HTTP/1.1 404 ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"localhost", "LOCALHOST:8710", "127.0.0.1", "127.0.0.1:9", "[::1]:8710"})
    void onLoopbackItAnswersToTheNamesOfThisMachine(String host) throws IOException {
        assertThat(ask(page(Seen.of(Seen.smallFederation())), "GET", "/healthz", host))
                .startsWith("HTTP/1.1 200 ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example",
                "evil.example:8710",
                "localhost.evil.example",
                "127.0.0.1.evil.example",
                "10.0.0.1:8710",
                "[::2]:8710"
            })
    void onLoopbackItAnswersToNoOtherName(String host) throws IOException {
        var answer = ask(page(Seen.of(Seen.smallFederation())), "GET", "/api/snapshot", host);

        assertThat(answer).startsWith("HTTP/1.1 403 ").doesNotContain("\"federation\"");
    }

    @Test
    void thePortIsNoPartOfAName() {
        assertThat(Guard.hostName("a.example:80")).isEqualTo("a.example");
        assertThat(Guard.hostName("[::1]")).isEqualTo("[::1]");
        assertThat(Guard.hostName("[::1]:80")).isEqualTo("[::1]");
        assertThat(Guard.hostName(null)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS", "HEAD"})
    void nothingCanBeChanged(String method) throws IOException {
        assertThat(ask(page(Seen.of(Seen.smallFederation())), method, "/api/snapshot", "localhost"))
                .startsWith("HTTP/1.1 405 ")
                .containsIgnoringCase("Allow: GET");
    }

    @Test
    void whatAnotherSitesPageAsksForIsRefused() throws IOException {
        var page = page(Seen.of(Seen.smallFederation()));

        assertThat(ask(page, "GET", "/api/snapshot", "localhost", "Sec-Fetch-Site: cross-site"))
                .startsWith("HTTP/1.1 403 ");
        assertThat(ask(page, "GET", "/", "localhost", "Sec-Fetch-Site: cross-site"))
                .as("a link to it")
                .startsWith("HTTP/1.1 200 ");
    }

    @Test
    void aFileThatTheBrowserHasIsNotSentAgain() throws IOException {
        var page = page(Seen.of(Seen.smallFederation()));
        var tag =
                get(page, "/page.css")
                        .lines()
                        .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("etag:"))
                        .findFirst()
                        .orElseThrow()
                        .substring("etag:".length())
                        .strip();

        assertThat(ask(page, "GET", "/page.css", "localhost", "If-None-Match: " + tag))
                .startsWith("HTTP/1.1 304 ");
    }

    @Test
    void aModelIsAskedForByName() throws IOException {
        var page = page(Seen.of(Seen.smallFederation()));

        var body = get(page, "/api/snapshot?model=main").split("\r\n\r\n", 2)[1];
        assertThat(new ObjectMapper().readTree(body).get("model").asText()).isEqualTo("main");
        assertThat(get(page, "/api/snapshot?model=other"))
                .startsWith("HTTP/1.1 404 ")
                .contains("there is no model other; there are [main]");
        assertThat(PageServer.model("x=1&model=expert-law&y=2")).isEqualTo("expert-law");
        assertThat(PageServer.model("model=../x")).isNull();
        assertThat(PageServer.model("remodel=x")).isNull();
    }

    @Test
    void untilTheLogIsReadThereIsNothing() throws IOException {
        var page = page(Seen.always(null));

        for (var path : List.of("/api/snapshot", "/metrics", "/healthz")) {
            assertThat(get(page, path)).startsWith("HTTP/1.1 503 ").contains("still being read");
        }
        assertThat(get(page, "/")).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void aClusterThatDoesNotAnswerIsNotHealthy() throws IOException {
        var seen = Seen.of(Seen.smallFederation().at(Seen.NOW - 11_000));

        assertThat(get(page(seen), "/healthz")).startsWith("HTTP/1.1 503 ");
    }

    @Test
    void aStreamBeginsWithAllAndEndsWithTheFederation() throws IOException {
        var answer = get(page(Seen.of(Seen.smallFederation()).last()), "/api/events");

        assertThat(answer)
                .startsWith("HTTP/1.1 200 ")
                .containsIgnoringCase("Content-Type: text/event-stream")
                .contains("retry: 2000\n\n", "event: whole\ndata: {\"federation\":\"news\"")
                .contains("\"ended\":true")
                .doesNotContain("event: changes");
    }

    /** Changes of one model would be taken for changes of the other. */
    @Test
    void aStreamBeginsAnewWithAnotherModel() throws IOException {
        var expert = new FederationView("news").snapshot("expert-law", Seen.NOW);
        var main = Seen.smallFederation();
        var page = page(Seen.oneByOne(Seen.of(expert), Seen.of(expert, main).last()));

        assertThat(get(page, "/api/events"))
                .containsSubsequence(
                        "event: whole\n", "\"model\":\"expert-law\"",
                        "event: whole\n", "\"model\":\"main\"")
                .doesNotContain("event: changes");
        assertThat(get(page, "/api/events?model=expert-law"))
                .containsSubsequence("event: whole\n", "event: changes\n")
                .doesNotContain("\"model\":\"main\"");
    }

    @Test
    void thereIsALimitToTheStreams() throws Exception {
        var page = page(Seen.of(Seen.smallFederation()));
        for (int i = 0; i < EventStreams.LIMIT; i++) {
            var stream = connect(page);
            open.add(stream);
            send(stream, "GET", "/api/events", "localhost");
            assertThat(reader(stream).readLine()).startsWith("HTTP/1.1 200 ");
        }

        assertThat(get(page, "/api/events"))
                .startsWith("HTTP/1.1 503 ")
                .contains("Retry-after: 10");
        assertThat(get(page, "/healthz")).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void whatFailsIsAnswered() throws IOException {
        var page = page(Seen.unseeable());

        for (var path : List.of("/api/snapshot", "/api/versions/1/model.zip", "/metrics")) {
            assertThat(get(page, path))
                    .as(path)
                    .startsWith("HTTP/1.1 500 ")
                    .contains("the log says why");
        }
        assertThat(get(page, "/")).startsWith("HTTP/1.1 200 ");
    }

    private PageServer page(@Nullable Observation seen) throws IOException {
        return page(Seen.always(seen));
    }

    private PageServer page(Observations feed) throws IOException {
        var tokenizer = new ByteTokenizer();
        var page =
                PageServer.start(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        "127.0.0.1",
                        feed,
                        new VersionDownload(
                                KafkaConnection.plainText("127.0.0.1:1"),
                                new FederationTopics("news"),
                                tokenizer),
                        CLOCK);
        open.add(0, page);
        open.add(tokenizer);
        return page;
    }

    private static String get(PageServer page, String path) throws IOException {
        return ask(page, "GET", path, "localhost");
    }

    private static String ask(
            PageServer page, String method, String path, String host, String... headers)
            throws IOException {
        try (var socket = connect(page)) {
            send(socket, method, path, host, headers);
            return new String(socket.getInputStream().readAllBytes(), UTF_8);
        }
    }

    private static Socket connect(PageServer page) throws IOException {
        var socket = new Socket(page.address().getAddress(), page.address().getPort());
        socket.setSoTimeout(30_000);
        return socket;
    }

    private static void send(
            Socket socket, String method, String path, String host, String... headers)
            throws IOException {
        var request = new StringBuilder();
        request.append(method).append(' ').append(path).append(" HTTP/1.1\r\n");
        request.append("Host: ").append(host).append("\r\nConnection: close\r\n");
        for (var header : headers) {
            request.append(header).append("\r\n");
        }
        socket.getOutputStream().write(request.append("\r\n").toString().getBytes(UTF_8));
        socket.getOutputStream().flush();
    }

    private static BufferedReader reader(Socket socket) throws IOException {
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
    }
}
