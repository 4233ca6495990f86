package io.tributary.cli.dashboard;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;

/** Answers to requests that are sent in one piece. */
final class Answers {

    static final int OK = 200;
    static final int NOT_MODIFIED = 304;
    static final int FORBIDDEN = 403;
    static final int NOT_FOUND = 404;
    static final int METHOD_NOT_ALLOWED = 405;
    static final int CONFLICT = 409;
    static final int GONE = 410;
    static final int FAILED = 500;
    static final int UNAVAILABLE = 503;
    static final int INSUFFICIENT_STORAGE = 507;

    private static final String TEXT = "text/plain; charset=utf-8";

    private Answers() {}

    /** One sentence. */
    static void text(HttpExchange exchange, int status, String sentence) throws IOException {
        bytes(exchange, status, TEXT, (sentence + "\n").getBytes(UTF_8));
    }

    /** Not now, but soon. */
    static void later(HttpExchange exchange, int seconds, String sentence) throws IOException {
        exchange.getResponseHeaders().set("Retry-After", String.valueOf(seconds));
        text(exchange, UNAVAILABLE, sentence);
    }

    static void bytes(HttpExchange exchange, int status, String type, byte[] body)
            throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.sendResponseHeaders(status, -1); // has no body, whatever the status
            return;
        }
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        try (var out = exchange.getResponseBody()) {
            out.write(body);
        }
    }
}
