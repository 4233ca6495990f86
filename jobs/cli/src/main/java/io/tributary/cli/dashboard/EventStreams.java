package io.tributary.cli.dashboard;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import io.tributary.cli.dashboard.Pictures.Picture;
import java.io.IOException;
import java.time.Clock;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Streams of server-sent events: the whole picture first, then what is new in it, about once a
 * second. Who has not asked for a model, and is to see another from now on, is shown the whole of
 * that.
 *
 * <p>Each takes a thread until its browser goes away, or stops reading ({@link StalledAnswers}), so
 * there is a limit to them; a browser beyond it is told to ask again.
 */
final class EventStreams {

    /** At once. */
    static final int LIMIT = 32;

    private final Observations feed;
    private final Pictures pictures;
    private final Semaphore free = new Semaphore(LIMIT);
    private volatile boolean closed;

    EventStreams(Observations feed, Clock clock) {
        this.feed = feed;
        pictures = new Pictures(clock);
    }

    /**
     * Writes until the browser has gone, or there is nothing more to come.
     *
     * @param model null for whichever there is
     */
    void stream(HttpExchange exchange, @Nullable String model) throws IOException {
        if (!free.tryAcquire()) {
            Answers.later(
                    exchange, 10, "%s pages look at this already; close one".formatted(LIMIT));
            return;
        }
        try {
            exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
            exchange.sendResponseHeaders(Answers.OK, 0);
            write(exchange, "retry: 2000\n\n");
            follow(exchange, model);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            free.release();
        }
    }

    private void follow(HttpExchange exchange, @Nullable String model)
            throws IOException, InterruptedException {
        Observation seen = null;
        Picture told = null;
        while (!closed && (seen == null || !seen.ended())) {
            seen = feed.awaitOther(seen, Pictures.LONGEST).orElse(null);
            if (seen == null) {
                write(exchange, ": reading the log\n\n");
                continue;
            }
            var now = pictures.of(seen, model == null ? seen.defaultModel() : model).orElse(null);
            if (now == null) {
                write(exchange, ": no such model\n\n");
                continue;
            }
            write(exchange, now.eventAfter(told));
            told = now;
        }
    }

    private static void write(HttpExchange exchange, String text) throws IOException {
        var out = exchange.getResponseBody();
        out.write(text.getBytes(UTF_8));
        out.flush();
    }

    /** Ends all streams within seconds. */
    void close() {
        closed = true;
    }
}
