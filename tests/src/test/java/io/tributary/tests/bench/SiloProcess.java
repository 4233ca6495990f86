package io.tributary.tests.bench;

import io.tributary.tests.process.Jvm;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A process of {@code bench silo}, seen by who tells it what to do. */
final class SiloProcess implements AutoCloseable {

    private static final int START_MILLIS = 1_000;
    private static final int STARTS = 120;

    /** Longest time for one thing; without a broker a silo would try for ever. */
    private static final int ANSWER_MILLIS = 300_000;

    private final Jvm process;
    private final Path log;
    private final Socket socket;
    private final DataInputStream in;
    private final DataOutputStream out;

    private SiloProcess(Jvm process, Path log, Socket socket) throws IOException {
        this.process = process;
        this.log = log;
        this.socket = socket;
        socket.setSoTimeout(ANSWER_MILLIS);
        this.in = new DataInputStream(socket.getInputStream());
        this.out = new DataOutputStream(socket.getOutputStream());
    }

    /**
     * Starts one, and returns when it is ready.
     *
     * @param side which one of {@link SiloSides}
     * @param flags of its JVM
     */
    static SiloProcess start(String side, SiloSetting setting, Path logs, List<String> flags)
            throws IOException {
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            server.setSoTimeout(START_MILLIS);
            var arguments = new ArrayList<>(List.of(String.valueOf(server.getLocalPort()), side));
            arguments.addAll(setting.arguments());
            var log = logs.resolve(side + ".log");
            var jvm = Jvm.start(side, logs, flags, SiloSides.class.getName(), arguments);
            try {
                var started = new SiloProcess(jvm, log, accept(server, jvm, log));
                var ready = started.in.readUTF();
                if (!ready.equals("ready")) {
                    throw new IOException("it said " + ready);
                }
                return started;
            } catch (IOException e) {
                jvm.close();
                throw ended(log, e);
            }
        }
    }

    private static Socket accept(ServerSocket server, Jvm jvm, Path log) throws IOException {
        for (int i = 0; i < STARTS; i++) {
            try {
                return server.accept();
            } catch (SocketTimeoutException e) {
                if (!jvm.isAlive()) {
                    throw ended(log, e);
                }
            }
        }
        throw new IOException("it did not start");
    }

    /** Has something done, and returns what the process says of it. */
    String ask(String verb, int version) throws IOException {
        try {
            out.writeUTF(verb);
            out.writeInt(version);
            return in.readUTF();
        } catch (IOException e) {
            throw ended(log, e);
        }
    }

    private static IOException ended(Path log, IOException cause) {
        return new IOException("a process of the benchmark has failed: see " + log, cause);
    }

    @Override
    public void close() throws IOException {
        socket.close();
        process.close();
    }
}
