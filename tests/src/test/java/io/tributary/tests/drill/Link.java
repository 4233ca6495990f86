package io.tributary.tests.drill;

import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What stands between a client and the broker: passes bytes on, until told otherwise. It can cut
 * every connection, hold all that the client sends, or set a trap: let requests through up to a
 * certain one of a certain kind, and hold from there.
 *
 * <p>A request of Kafka's protocol begins with four bytes of length and two that say what it is.
 */
final class Link implements AutoCloseable {

    /** Records; a trap counts large requests only, and no signs of life. */
    static final short PRODUCE = 0;

    /** The end of a transaction. */
    static final short END_TRANSACTION = 26;

    private static final int LARGE = 16 * 1024;
    private static final int CONNECT_MILLIS = 1_000;
    private static final int BUFFER = 64 * 1024;
    private static final int MOST_REQUEST = 128 * 1024 * 1024;

    private final ServerSocket server;
    private final int target;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    private boolean cut;
    private boolean holding;
    private @Nullable Short trap;
    private int requestsToTrap;
    private boolean sprung;

    private Link(ServerSocket server, int target) {
        this.server = server;
        this.target = target;
    }

    /** A link from a free port to this one, both on the loopback interface. */
    static Link to(int target) {
        try {
            var link = new Link(new ServerSocket(0, 64, InetAddress.getByName(Ports.HOST)), target);
            daemon("link-" + target, link::accept);
            return link;
        } catch (IOException e) {
            throw new UncheckedIOException("no free port on " + Ports.HOST, e);
        }
    }

    int port() {
        return server.getLocalPort();
    }

    /** Closes all connections and refuses new ones. */
    synchronized void cut() {
        cut = true;
        open.forEach(Link::close);
    }

    /** Holds whatever the client sends from now on: it waits for answers that do not come. */
    synchronized void hold() {
        holding = true;
    }

    /**
     * Holds from the n-th request of a kind on.
     *
     * @param kind {@link #PRODUCE} or {@link #END_TRANSACTION}
     * @param count 1 for the next
     */
    synchronized void setTrap(short kind, int count) {
        trap = kind;
        requestsToTrap = count;
        sprung = false;
    }

    /** Whether the request has come and is held. */
    synchronized boolean isSprung() {
        return sprung;
    }

    /** Passes everything on again, first of all what was held. */
    synchronized void restore() {
        cut = false;
        holding = false;
        trap = null;
        notifyAll();
    }

    /** Closes all connections: what was held is lost. */
    synchronized void drop() {
        open.forEach(Link::close);
        open.clear();
        restore();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                serve(server.accept());
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void serve(Socket client) {
        var broker = new Socket();
        try {
            if (isCut()) {
                throw new IOException("cut off");
            }
            broker.connect(new InetSocketAddress(Ports.HOST, target), CONNECT_MILLIS);
            client.setTcpNoDelay(true);
            broker.setTcpNoDelay(true);
        } catch (IOException e) {
            close(client);
            close(broker);
            return;
        }
        open.add(client);
        open.add(broker);
        daemon("up-" + target, () -> pump(client, broker, this::requests));
        daemon("down-" + target, () -> pump(broker, client, (in, out) -> in.transferTo(out)));
    }

    private interface Pump {
        void run(InputStream in, OutputStream out) throws IOException;
    }

    private void pump(Socket from, Socket to, Pump pump) {
        try {
            pump.run(from.getInputStream(), to.getOutputStream());
        } catch (IOException e) {
            // one side has gone; the other is told below
        } finally {
            close(from);
            close(to);
            open.remove(from);
            open.remove(to);
        }
    }

    private void requests(InputStream in, OutputStream out) throws IOException {
        var requests = new DataInputStream(in);
        var head = new byte[6];
        var buffer = new byte[BUFFER];
        while (true) {
            requests.readFully(head);
            var fields = ByteBuffer.wrap(head);
            int length = fields.getInt();
            if (length < 2 || length > MOST_REQUEST) {
                throw new IOException("not a request of Kafka's protocol");
            }
            pass(fields.getShort(), length);
            out.write(head);
            int left = length - 2;
            while (left > 0) {
                int read = requests.read(buffer, 0, Math.min(left, buffer.length));
                if (read < 0) {
                    throw new IOException("cut short");
                }
                out.write(buffer, 0, read);
                left -= read;
            }
            out.flush();
        }
    }

    /** Returns when the request may pass. */
    private synchronized void pass(short kind, int length) throws IOException {
        boolean counts = kind != PRODUCE || length >= LARGE;
        if (trap != null && trap == kind && counts && requestsToTrap > 0) {
            requestsToTrap--;
            if (requestsToTrap == 0) {
                sprung = true;
                holding = true;
            }
        }
        try {
            while (holding) {
                wait();
            }
        } catch (InterruptedException e) {
            throw new IOException("closed", e);
        }
    }

    private synchronized boolean isCut() {
        return cut;
    }

    private static void daemon(String name, Runnable work) {
        var thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    private static void close(Closeable socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // closed is all it is to be
        }
    }

    @Override
    public void close() {
        close(server);
        drop();
    }
}
