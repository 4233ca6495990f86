package io.tributary.kafka.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/**
 * Ports of the loopback interface for servers that are started later, and perhaps again.
 *
 * <p>They are below those that operating systems give out by themselves (Linux from 32768 on,
 * others from 49152). One of these could become an end of somebody's connection, or the port of a
 * server that takes any, before the server has it that it was looked for, or while that one is
 * down. A process is given no port twice before all have had their turn, and processes begin at
 * different ones.
 */
public final class FreePorts {

    /** The interface that they are of. */
    public static final String HOST = "127.0.0.1";

    static final int FIRST = 12_000;
    static final int LAST = 31_999;

    private static final int COUNT = LAST - FIRST + 1;

    /** As many as a process needs at most, as a rule. */
    private static final int BLOCK = 100;

    private static int next = firstOf(ProcessHandle.current().pid());

    private FreePorts() {}

    private static int firstOf(long process) {
        return (int) (process % (COUNT / BLOCK)) * BLOCK;
    }

    /**
     * Different ports that nobody listens at now.
     *
     * @throws IllegalStateException if there are not so many
     */
    public static synchronized List<Integer> take(int count) {
        var ports = new ArrayList<Integer>();
        for (int i = 0; i < COUNT && ports.size() < count; i++) {
            int port = FIRST + next;
            next = (next + 1) % COUNT;
            if (isFree(port)) {
                ports.add(port);
            }
        }
        if (ports.size() < count) {
            throw new IllegalStateException(
                    "of the ports %s to %s of %s only %s are free, and %s are needed: end what listens there"
                            .formatted(FIRST, LAST, HOST, ports.size(), count));
        }
        return List.copyOf(ports);
    }

    /** A port that nobody listens at now. */
    public static int take() {
        return take(1).get(0);
    }

    private static boolean isFree(int port) {
        try (var socket = new ServerSocket(port, 1, InetAddress.getByName(HOST))) {
            return socket.isBound();
        } catch (IOException e) {
            return false; // taken, or not allowed
        }
    }
}
