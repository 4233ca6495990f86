package io.tributary.tests.bench;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;

/** A process of {@code bench silo}: does what it is told over a connection, until that ends. */
final class SiloSides {

    private SiloSides() {}

    /** Does one thing, and says in one line what came of it. */
    private interface Side {
        String run(String verb, int version) throws Exception;
    }

    /**
     * @param args port of who tells it what to do, which side it is, {@link SiloSetting}
     */
    public static void main(String[] args) throws Exception {
        var setting = SiloSetting.parse(List.of(args).subList(2, args.length));
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(args[0]));
                var in = new DataInputStream(socket.getInputStream());
                var out = new DataOutputStream(socket.getOutputStream())) {
            switch (args[1]) {
                case "raw" -> {
                    try (var raw = new RawSide(setting)) {
                        serve(in, out, (verb, version) -> run(raw, verb, version));
                    }
                }
                case "silo" -> {
                    try (var silo = new SiloSide(setting)) {
                        serve(in, out, (verb, version) -> run(silo, verb, version));
                    }
                }
                case "memory" -> {
                    try (var rounds = new SiloRounds(setting)) {
                        serve(in, out, (verb, version) -> run(rounds, verb));
                    }
                }
                default -> throw new IllegalArgumentException(Arrays.toString(args));
            }
        }
    }

    private static String run(RawSide raw, String verb, int version) {
        return switch (verb) {
            case "publish" -> {
                raw.publish();
                yield "";
            }
            case "upload" -> raw.produce().line();
            case "download" -> raw.consume(version).line();
            default -> throw new IllegalArgumentException(verb);
        };
    }

    private static String run(SiloSide silo, String verb, int version) {
        return switch (verb) {
            case "upload" -> silo.upload().line();
            case "download" -> silo.download(version).line();
            default -> throw new IllegalArgumentException(verb);
        };
    }

    private static String run(SiloRounds rounds, String verb) throws InterruptedException {
        return switch (verb) {
            case "rest" -> rounds.atRest().line();
            case "round" -> rounds.round(false).line();
            case "live" -> rounds.round(true).line();
            default -> throw new IllegalArgumentException(verb);
        };
    }

    private static void serve(DataInputStream in, DataOutputStream out, Side side)
            throws Exception {
        out.writeUTF("ready");
        while (true) {
            try {
                out.writeUTF(side.run(in.readUTF(), in.readInt()));
            } catch (EOFException e) {
                return;
            }
        }
    }
}
