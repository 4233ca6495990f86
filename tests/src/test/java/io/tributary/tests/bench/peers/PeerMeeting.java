package io.tributary.tests.bench.peers;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Where the processes of a peer are connected to: they write lines here and wait here until they
 * may go on. A connection that is closed ends its process, so that none outlives this one.
 */
final class PeerMeeting implements AutoCloseable {

    private final ServerSocket door;
    private final List<Socket> connections = new CopyOnWriteArrayList<>();
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    private PeerMeeting(ServerSocket door) {
        this.door = door;
    }

    static PeerMeeting open() throws IOException {
        var meeting = new PeerMeeting(new ServerSocket(0, 0, InetAddress.getLoopbackAddress()));
        meeting.run("peers-door", meeting::admit);
        return meeting;
    }

    int port() {
        return door.getLocalPort();
    }

    /** The next line that any of them has written, if one comes within a second. */
    Optional<String> next() throws InterruptedException {
        return Optional.ofNullable(lines.poll(1, TimeUnit.SECONDS));
    }

    /** Tells all of them that the updates of a round may be sent. */
    void permit(int round) throws IOException {
        for (var connection : connections) {
            connection.getOutputStream().write("go %s\n".formatted(round).getBytes(UTF_8));
        }
    }

    private void admit() {
        try {
            while (true) {
                var connection = door.accept();
                connections.add(connection);
                run("peers-" + connection.getPort(), () -> listen(connection));
            }
        } catch (IOException e) {
            return; // the door was closed
        }
    }

    private void listen(Socket connection) {
        try (var reader =
                new BufferedReader(new InputStreamReader(connection.getInputStream(), UTF_8))) {
            reader.lines().forEach(lines::add);
        } catch (IOException | UncheckedIOException e) {
            return; // how a process has ended is seen from its exit code
        } finally {
            connections.remove(connection);
        }
    }

    private void run(String name, Runnable work) {
        var thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        door.close();
        for (var connection : connections) {
            connection.close();
        }
    }
}
