package io.tributary.cli.dashboard;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The page's web server.
 *
 * <table>
 * <caption>What there is</caption>
 * <tr><td>{@code /}</td><td>the page, and its files</td></tr>
 * <tr><td>{@code /api/snapshot?model=M}</td><td>{@link PageJson} once</td></tr>
 * <tr><td>{@code /api/events?model=M}</td><td>the same as {@link EventStreams}</td></tr>
 * <tr><td>{@code /api/versions/N/model.zip?model=M}</td><td>{@link VersionDownload}</td></tr>
 * <tr><td>{@code /metrics}</td><td>{@link FederationMetrics}</td></tr>
 * <tr><td>{@code /healthz}</td><td>200 once the log has been read and while the cluster
 *     answers</td></tr>
 * </table>
 */
final class PageServer implements AutoCloseable {

    private static final String JSON = "application/json";
    private static final Pattern DOWNLOAD = Pattern.compile("/api/versions/(\\d{1,9})/model\\.zip");
    private static final Pattern MODEL =
            Pattern.compile("(?:^|.*&)model=([a-z0-9-]{1,63})(?:&.*|$)");

    /** Those who ask once find a thread beside those who look on. */
    private static final int THREADS = EventStreams.LIMIT + 8;

    private static final int BACKLOG = 64;

    private final Observations feed;
    private final VersionDownload download;
    private final Clock clock;
    private final Assets assets = new Assets();
    private final ExpositionFormats formats = ExpositionFormats.init();
    private final StalledAnswers stalled = new StalledAnswers(StalledAnswers.PATIENCE);
    private final EventStreams streams;
    private final HttpServer server;
    private final ThreadPoolExecutor threads;

    private PageServer(
            InetSocketAddress address,
            String host,
            Observations feed,
            VersionDownload download,
            Clock clock)
            throws IOException {
        this.feed = feed;
        this.download = download;
        this.clock = clock;
        streams = new EventStreams(feed, clock);
        server = HttpServer.create(address, BACKLOG);
        threads =
                new ThreadPoolExecutor(
                        THREADS,
                        THREADS,
                        1,
                        TimeUnit.MINUTES,
                        new LinkedBlockingQueue<>(),
                        PageServer::thread);
        threads.allowCoreThreadTimeOut(true);
        server.setExecutor(threads);
        var root = server.createContext("/", this::answer);
        root.getFilters().add(stalled); // what the guard refuses is an answer, too
        root.getFilters().add(new Guard(address.getAddress(), host));
    }

    /**
     * Starts it.
     *
     * @param address where to listen; port 0 for any that is free
     * @param host the address as it was given
     * @throws IOException if it cannot listen there
     */
    static PageServer start(
            InetSocketAddress address,
            String host,
            Observations feed,
            VersionDownload download,
            Clock clock)
            throws IOException {
        var page = new PageServer(address, host, feed, download, clock);
        page.server.start();
        return page;
    }

    private static Thread thread(Runnable work) {
        var thread = new Thread(work, "page");
        thread.setDaemon(true);
        return thread;
    }

    /** Where it listens. */
    InetSocketAddress address() {
        return server.getAddress();
    }

    private void answer(HttpExchange exchange) throws IOException {
        var path = exchange.getRequestURI().getPath();
        var version = DOWNLOAD.matcher(path);
        if (assets.has(path)) {
            assets.send(exchange, path);
        } else if (version.matches()) {
            sendVersion(exchange, Integer.parseInt(version.group(1)));
        } else {
            switch (path) {
                case "/api/snapshot" -> sendSnapshot(exchange);
                case "/api/events" -> streams.stream(exchange, model(exchange));
                case "/metrics" -> sendMetrics(exchange);
                case "/healthz" -> sendHealth(exchange);
                default -> Answers.text(exchange, Answers.NOT_FOUND, "there is no such page");
            }
        }
    }

    private void sendSnapshot(HttpExchange exchange) throws IOException {
        var seen = feed.newest();
        if (seen.isEmpty()) {
            Answers.later(exchange, 2, "the log is still being read");
            return;
        }
        var asked = model(exchange);
        var model = asked == null ? seen.get().defaultModel() : asked;
        var now = seen.get().snapshot(model, clock.millis());
        if (now.isEmpty()) {
            Answers.text(
                    exchange,
                    Answers.NOT_FOUND,
                    "there is no model %s; there are %s".formatted(model, seen.get().models()));
            return;
        }
        var json = PageJson.of(seen.get(), now.get()).toString();
        Answers.bytes(exchange, Answers.OK, JSON, json.getBytes(UTF_8));
    }

    private void sendVersion(HttpExchange exchange, int version) throws IOException {
        var seen = feed.newest();
        if (seen.filter(Observation::ended).isPresent()) {
            Answers.text(exchange, Answers.GONE, "the run has ended, and its log is gone");
            return;
        }
        var asked = model(exchange);
        download.send(
                exchange,
                asked != null
                        ? asked
                        : seen.map(Observation::defaultModel).orElse(Observation.MAIN),
                version);
    }

    private void sendMetrics(HttpExchange exchange) throws IOException {
        var seen = feed.newest();
        if (seen.isEmpty()) {
            Answers.later(exchange, 5, "the log is still being read");
            return;
        }
        var writer = formats.findWriter(exchange.getRequestHeaders().getFirst("Accept"));
        var body = new ByteArrayOutputStream();
        writer.write(body, FederationMetrics.of(seen.get(), clock.millis()));
        Answers.bytes(exchange, Answers.OK, writer.getContentType(), body.toByteArray());
    }

    private void sendHealth(HttpExchange exchange) throws IOException {
        var seen = feed.newest();
        if (seen.isEmpty()) {
            Answers.later(exchange, 2, "the log is still being read");
        } else if (seen.get().ended()) {
            Answers.text(exchange, Answers.GONE, "the run has ended");
        } else if (!seen.get().isUp(clock.millis())) {
            Answers.later(exchange, 5, "the cluster does not answer");
        } else {
            Answers.text(exchange, Answers.OK, "ok");
        }
    }

    /** What the query asks for; null for nothing that could be one. */
    static @Nullable String model(@Nullable String query) {
        if (query == null) {
            return null;
        }
        var matcher = MODEL.matcher(query);
        return matcher.matches() ? matcher.group(1) : null;
    }

    private static @Nullable String model(HttpExchange exchange) {
        return model(exchange.getRequestURI().getRawQuery());
    }

    @Override
    public void close() {
        streams.close();
        server.stop(0);
        threads.shutdownNow();
        stalled.close();
    }
}
