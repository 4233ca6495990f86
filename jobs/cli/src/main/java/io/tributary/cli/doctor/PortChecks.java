package io.tributary.cli.doctor;

import io.tributary.aggregation.check.Finding;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/** Whether ports on this machine's loopback interface can be listened on. */
public final class PortChecks {

    /** Where {@code tributary dashboard} listens unless it is told otherwise. */
    public static final int DASHBOARD = 8710;

    private static final int LARGEST = 65_535;

    private PortChecks() {}

    /**
     * @param asked ports that something is to listen on; they must be free. That of the dashboard
     *     is told in any case
     * @throws IllegalArgumentException if a number is no port
     */
    public static List<Finding> of(List<Integer> asked) {
        asked.forEach(PortChecks::check);
        var findings = new ArrayList<Finding>();
        findings.add(
                Finding.ok(
                        "ports",
                        "%s, of 'tributary dashboard', is %s; 'tributary job run' takes a free one"
                                .formatted(DASHBOARD, isFree(DASHBOARD) ? "free" : "in use")));
        for (int port : asked) {
            findings.add(
                    isFree(port)
                            ? Finding.ok("port " + port, port + " is free")
                            : Finding.problem(
                                    "port " + port,
                                    port + " is in use: nothing else can listen there",
                                    "choose another, or see who has it with 'ss -ltnp sport = :%s'"
                                            .formatted(port)));
        }
        return findings;
    }

    /**
     * @throws IllegalArgumentException if it is not a port's number
     */
    public static void check(int port) {
        if (port < 1 || port > LARGEST) {
            throw new IllegalArgumentException(
                    "--port must be 1 to %s, got %s".formatted(LARGEST, port));
        }
    }

    private static boolean isFree(int port) {
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true); // what a program has just left does not count
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
