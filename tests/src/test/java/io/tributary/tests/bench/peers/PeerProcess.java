package io.tributary.tests.bench.peers;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A process of a peer, and what it has cost so far. */
final class PeerProcess implements ServerUsage, AutoCloseable {

    private final String name;
    private final Path log;
    private final Process process;

    private PeerProcess(String name, Path log, Process process) {
        this.name = name;
        this.log = log;
        this.process = process;
    }

    /**
     * @param name names its log
     * @param folder where it writes, and believes its home is
     */
    static PeerProcess start(
            String name, Path folder, List<String> command, Map<String, String> environment)
            throws IOException {
        var log = folder.resolve(name + ".log");
        var builder =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectInput(Redirect.from(new File("/dev/null")))
                        .redirectOutput(log.toFile());
        builder.environment().put("HOME", folder.toString());
        builder.environment().put("TMPDIR", folder.toString());
        builder.environment().putAll(environment);
        return new PeerProcess(name, log, builder.start());
    }

    String name() {
        return name;
    }

    boolean hasEnded() {
        return !process.isAlive();
    }

    @Override
    public double cpuSeconds() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / 1e9;
    }

    @Override
    public long peakRssBytes() throws IOException {
        var status = Path.of("/proc", Long.toString(process.pid()), "status");
        if (!Files.exists(status)) {
            return 0;
        }
        try (var lines = Files.lines(status)) {
            return lines.filter(line -> line.startsWith("VmHWM:"))
                    .mapToLong(line -> Long.parseLong(line.split("\\s+", -1)[1]) * 1024)
                    .findFirst()
                    .orElse(0);
        }
    }

    /** What it wrote last: mostly the reason why it has ended. */
    String lastWords() throws IOException {
        var last = "nothing";
        for (var line : Files.readAllLines(log)) {
            last = line.isBlank() ? last : line.strip();
        }
        return last;
    }

    @Override
    public void close() {
        process.destroyForcibly();
        var unused = process.onExit().join();
    }
}
