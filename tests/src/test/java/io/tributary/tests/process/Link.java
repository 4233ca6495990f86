package io.tributary.tests.process;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.tributary.kafka.embedded.FreePorts;
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
 * What stands between a client and the broker: passes requests on, until told otherwise. It can cut
 * every connection, hold all that the client sends, or set a trap: let requests pass up to a
 * certain one, and hold that one, or everything from there.
 *
 * <p>A request of Kafka's protocol is four bytes of length, two that say what it is, and the rest.
 */
public final class Link implements AutoCloseable {

    /** Records; a trap counts large requests only, and no signs of life. */
    public static final short PRODUCE = 0;

    /** The end of a transaction. */
    public static final short END_TRANSACTION = 26;

    private static final int LARGE = 16 * 1024;
    private static final int CONNECT_MILLIS = 1_000;
    private static final int MOST_REQUEST = 128 * 1024 * 1024;

    private final ServerSocket server;
    private final int target;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    private boolean cut;
    private boolean holding;
    private @Nullable Trap trap;
    private boolean sprung;

    /**
     * What to hold.
     *
     * @param kind {@link #PRODUCE} or {@link #END_TRANSACTION}
     * @param containing text that the request contains
     * @param passing how many such requests pass first
     * @param alone whether everything else passes on
     */
    private record Trap(short kind, String containing, int passing, boolean alone) {

        boolean matches(short requested, String request) {
            return requested == kind && request.contains(containing);
        }

        Trap afterOne() {
            return new Trap(kind, containing, passing - 1, alone);
        }
    }

    private Link(ServerSocket server, int target) {
        this.server = server;
        this.target = target;
    }

    /** A link from a free port to this one, both on the loopback interface. */
    public static Link to(int target) {
        try {
            var link =
                    new Link(
                            new ServerSocket(0, 64, InetAddress.getByName(FreePorts.HOST)), target);
            daemon("link-" + target, link::accept);
            return link;
        } catch (IOException e) {
            throw new UncheckedIOException("no free port on " + FreePorts.HOST, e);
        }
    }

    public int port() {
        return server.getLocalPort();
    }

    /** Closes all connections and refuses new ones: what was held is lost. */
    public synchronized void cut() {
        cut = true;
        open.forEach(Link::close);
    }

    /** Holds whatever the client sends from now on: it waits for answers that do not come. */
    public synchronized void hold() {
        holding = true;
    }

    /**
     * Holds everything from a request on.
     *
     * @param kind {@link #PRODUCE} or {@link #END_TRANSACTION}
     * @param passing how many such requests pass first
     */
    public synchronized void holdFrom(short kind, int passing) {
        trap = new Trap(kind, "", passing, false);
        sprung = false;
    }

    /** Holds every commit of a transaction whose id contains this, and nothing else. */
    public synchronized void holdCommits(String transactionalId) {
        trap = new Trap(END_TRANSACTION, transactionalId, 0, true);
        sprung = false;
    }

    /** Whether the request has come and is held. */
    public synchronized boolean isSprung() {
        return sprung;
    }

    /** Passes everything on again, first of all what was held. */
    public synchronized void restore() {
        cut = false;
        holding = false;
        trap = null;
        notifyAll();
    }

    /** Closes all connections: what was held is lost. */
    public synchronized void drop() {
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
            broker.connect(new InetSocketAddress(FreePorts.HOST, target), CONNECT_MILLIS);
            client.setTcpNoDelay(true);
            broker.setTcpNoDelay(true);
        } catch (IOException e) {
            close(client);
            close(broker);
            return;
        }
        open.add(client);
        open.add(broker);
        if (isCut()) { // meanwhile, and without these two
            close(client);
            close(broker);
        }
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
        while (true) {
            int length = requests.readInt();
            if (length < 2 || length > MOST_REQUEST) {
                throw new IOException("not a request of Kafka's protocol");
            }
            var request = new byte[length];
            requests.readFully(request);
            pass(request);
            out.write(ByteBuffer.allocate(Integer.BYTES).putInt(length).array());
            out.write(request);
            out.flush();
        }
    }

    /** Returns when the request may pass. */
    private synchronized void pass(byte[] request) throws IOException {
        short kind = ByteBuffer.wrap(request).getShort();
        boolean trapped = false;
        if (trap != null && (kind != PRODUCE || request.length >= LARGE)) {
            trapped = trap.matches(kind, new String(request, ISO_8859_1));
            if (trapped && trap.passing() > 0) {
                trap = trap.afterOne();
                trapped = false;
            }
            if (trapped) {
                sprung = true;
                holding = !trap.alone();
            }
        }
        try {
            while (holding || (trapped && trap != null)) {
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
