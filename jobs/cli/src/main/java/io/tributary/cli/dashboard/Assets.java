package io.tributary.cli.dashboard;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/**
 * The page's own files, from the class path. What is not on the list is not there: no path of a
 * request ever becomes the name of a file.
 */
final class Assets {

    private static final String SCRIPT = "text/javascript; charset=utf-8";
    private static final String STYLE = "text/css; charset=utf-8";

    private static final Map<String, String> PAGE =
            Map.ofEntries(
                    Map.entry("index.html", "text/html; charset=utf-8"),
                    Map.entry("page.css", STYLE),
                    Map.entry("icon.svg", "image/svg+xml"),
                    Map.entry("theme.js", SCRIPT),
                    Map.entry("page.js", SCRIPT),
                    Map.entry("feed.js", SCRIPT),
                    Map.entry("dom.js", SCRIPT),
                    Map.entry("figures.js", SCRIPT),
                    Map.entry("charts.js", SCRIPT),
                    Map.entry("overview.js", SCRIPT),
                    Map.entry("silos.js", SCRIPT),
                    Map.entry("history.js", SCRIPT));

    /** Where the chart library's jar has its files, behind its version. */
    private static final String UPLOT = "META-INF/resources/webjars/uplot/";

    private static final String UPLOT_POM = "META-INF/maven/org.webjars.npm/uplot/pom.properties";

    private record Asset(String type, byte[] content, String tag) {}

    private final Map<String, Asset> byPath = new TreeMap<>();

    /**
     * Loads them.
     *
     * @throws IllegalStateException if the class path is not whole
     */
    Assets() {
        PAGE.forEach((name, type) -> add("/" + name, type, read("page/" + name)));
        byPath.put("/", byPath.get("/index.html"));
        var uplot = "/" + UPLOT + version() + "/dist/";
        add("/uplot.js", SCRIPT, read(uplot + "uPlot.esm.js"));
        add("/uplot.css", STYLE, read(uplot + "uPlot.min.css"));
    }

    private void add(String path, String type, byte[] content) {
        byPath.put(path, new Asset(type, content, "\"" + hash(content) + "\""));
    }

    boolean has(String path) {
        return byPath.containsKey(path);
    }

    /** Sends a file that is there, unless the browser has it. */
    void send(HttpExchange exchange, String path) throws IOException {
        var asset = byPath.get(path);
        var headers = exchange.getResponseHeaders();
        headers.set("ETag", asset.tag());
        headers.set("Cache-Control", "no-cache"); // to be kept, but asked about
        if (asset.tag().equals(exchange.getRequestHeaders().getFirst("If-None-Match"))) {
            exchange.sendResponseHeaders(Answers.NOT_MODIFIED, -1);
            return;
        }
        Answers.bytes(exchange, Answers.OK, asset.type(), asset.content());
    }

    private static String version() {
        var properties = new Properties();
        try (var in = open("/" + UPLOT_POM)) {
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties.getProperty("version");
    }

    private static byte[] read(String resource) {
        try (var in = open(resource)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InputStream open(String resource) {
        var in = Assets.class.getResourceAsStream(resource);
        if (in == null) {
            throw new IllegalStateException(
                    "%s is not on the class path; build again".formatted(resource));
        }
        return in;
    }

    private static String hash(byte[] content) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(content);
            return HexFormat.of().formatHex(digest, 0, 12);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
