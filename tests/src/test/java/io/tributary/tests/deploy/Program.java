package io.tributary.tests.deploy;

import io.tributary.tests.process.Patience;
import io.tributary.tests.process.StalledException;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A command that runs as a process of its own, and does not outlive this one. */
final class Program implements AutoCloseable {

    private final String name;
    private final Process process;
    private final Thread hook;

    private Program(String name, Process process) {
        this.name = name;
        this.process = process;
        this.hook = new Thread(process::destroyForcibly, "end of " + name);
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /**
     * @param log what it writes to standard output and error
     * @param environment what differs in it from this one's
     */
    static Program start(
            String name, Path log, List<String> command, Map<String, String> environment)
            throws IOException {
        var builder =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectInput(Redirect.from(new File("/dev/null")))
                        .redirectOutput(Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        return new Program(name, builder.start());
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Waits until it has ended by itself. */
    int await(Duration longest) throws StalledException {
        Patience.require("the end of " + name, longest, () -> !process.isAlive());
        return process.exitValue();
    }

    /** Of one that has ended. */
    int exitCode() {
        return process.exitValue();
    }

    /** SIGTERM, as an engine stops a container. */
    void stop() {
        process.destroy();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        var unused = process.onExit().join();
        Runtime.getRuntime().removeShutdownHook(hook);
    }
}
