package io.tributary.cli.dashboard;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Streams of server-sent events: the whole picture first, then what is new in it, about once a
 * second. Each takes a thread until its browser goes away, or stops reading ({@link
 * StalledAnswers}), so there is a limit to them; a browser beyond it is told to ask again.
 */
final class EventStreams {

    /** At once. */
    static final int LIMIT = 32;

    /** Time passes even if nothing happens. */
    private static final Duration LONGEST = Duration.ofSeconds(2);

    private final Observations feed;
    private final Clock clock;
    private final Semaphore free = new Semaphore(LIMIT);
    private @Nullable Picture last; // guarded by this
    private volatile boolean closed;

    EventStreams(Observations feed, Clock clock) {
        this.feed = feed;
        this.clock = clock;
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
        ObjectNode told = null;
        while (!closed && (seen == null || !seen.ended())) {
            seen = feed.awaitOther(seen, LONGEST).orElse(null);
            if (seen == null) {
                write(exchange, ": reading the log\n\n");
                continue;
            }
            var now = picture(seen, model == null ? seen.defaultModel() : model);
            if (now == null) {
                write(exchange, ": no such model\n\n");
                continue;
            }
            var news = told == null ? now : PageJson.changes(told, now);
            var event = told == null ? "whole" : "changes";
            write(exchange, "event: %s\ndata: %s\n\n".formatted(event, news));
            told = now;
        }
    }

    /** What all who look at a model at this moment are shown; null if there is no such model. */
    private synchronized @Nullable ObjectNode picture(Observation seen, String model) {
        long moment = clock.millis() / LONGEST.toMillis();
        if (last == null || !last.isOf(seen, model, moment)) {
            var json = seen.snapshot(model, clock.millis()).map(now -> PageJson.of(seen, now));
            last = new Picture(seen, model, moment, json.orElse(null));
        }
        return last.json();
    }

    /** Made once for many. */
    private record Picture(Observation seen, String model, long moment, @Nullable ObjectNode json) {

        boolean isOf(Observation other, String otherModel, long otherMoment) {
            return seen == other && model.equals(otherModel) && moment == otherMoment;
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
