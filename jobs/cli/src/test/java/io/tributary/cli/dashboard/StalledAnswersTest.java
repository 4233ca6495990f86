package io.tributary.cli.dashboard;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class StalledAnswersTest {

    private static final byte[] PIECE = "0123456789abcdef".repeat(4096).getBytes(UTF_8);

    @AutoClose("shutdownNow")
    private final ExecutorService thread = Executors.newSingleThreadExecutor();

    /** One thread has to answer all: it is free again, and as it was. */
    @Test
    void whoReadsNothingIsLeftAndOthersAreAnswered() throws Exception {
        var end = new CompletableFuture<Exception>();
        var interrupted = new CompletableFuture<Boolean>();
        HttpHandler handler =
                exchange -> {
                    boolean endless = exchange.getRequestURI().getPath().equals("/endless");
                    exchange.sendResponseHeaders(200, endless ? 0 : PIECE.length);
                    try (var out = exchange.getResponseBody()) {
                        do {
                            out.write(PIECE);
                        } while (endless);
                    } catch (IOException e) {
                        interrupted.complete(Thread.currentThread().isInterrupted());
                        end.complete(e);
                        throw e;
                    }
                };
        try (var stalled = new StalledAnswers(Duration.ofSeconds(1))) {
            var server = serve(stalled, handler);
            try (var silent = ask(server, "/endless");
                    var other = ask(server, "/short")) {
                assertThat(silent.isConnected()).isTrue();
                assertThat(end.get(60, TimeUnit.SECONDS)).isInstanceOf(IOException.class);
                assertThat(interrupted.get()).isFalse();
                assertThat(new String(other.getInputStream().readAllBytes(), UTF_8))
                        .contains(new String(PIECE, UTF_8));
            } finally {
                server.stop(0);
            }
        }
    }

    private HttpServer serve(StalledAnswers stalled, HttpHandler handler) throws IOException {
        var server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(thread);
        server.createContext("/", handler).getFilters().add(stalled);
        server.start();
        return server;
    }

    private static Socket ask(HttpServer server, String path) throws IOException {
        var socket = new Socket(server.getAddress().getAddress(), server.getAddress().getPort());
        socket.setSoTimeout(60_000);
        var request = "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        socket.getOutputStream().write(request.formatted(path).getBytes(UTF_8));
        return socket;
    }
}
