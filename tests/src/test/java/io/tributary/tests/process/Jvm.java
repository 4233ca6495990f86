package io.tributary.tests.process;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A JVM of its own with the class path of this one, which writes to a log file and does not outlive
 * this one.
 */
public final class Jvm implements AutoCloseable {

    private final String name;
    private final Process process;

    private Jvm(String name, Process process) {
        this.name = name;
        this.process = process;
    }

    /**
     * @param name names its log
     * @param logs folder of the logs
     * @param flags of the JVM
     * @param main a class with a main method
     */
    public static Jvm start(
            String name, Path logs, List<String> flags, String main, List<String> arguments) {
        var classPath = System.getProperty("java.class.path");
        return start(name, logs, classPath, Map.of(), flags, main, arguments);
    }

    /**
     * As {@link #start(String, Path, List, String, List)}, with another class path, which must have
     * {@link #support}.
     *
     * @param environment what differs in it from this one's
     */
    public static Jvm start(
            String name,
            Path logs,
            String classPath,
            Map<String, String> environment,
            List<String> flags,
            String main,
            List<String> arguments) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.add("-Djava.awt.headless=true");
        command.add("-Dfile.encoding=UTF-8");
        command.add("-Dlog4j2.configurationFile=classpath:io/tributary/tests/process/log4j2.xml");
        command.add("-cp");
        command.add(classPath);
        command.add(Child.class.getName());
        command.add(String.valueOf(ProcessHandle.current().pid()));
        command.add(main);
        command.addAll(arguments);
        try {
            return new Jvm(name, start(command, environment, logs.resolve(name + ".log")));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start a JVM for " + name, e);
        }
    }

    private static Process start(List<String> command, Map<String, String> environment, Path log)
            throws IOException {
        var builder =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectInput(Redirect.from(new File("/dev/null")))
                        .redirectOutput(Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        return builder.start();
    }

    /**
     * Copies the classes that every process needs which this class starts, and their logging.
     *
     * @param folder to be put on a class path
     */
    public static void support(Path folder) throws IOException {
        for (var file : List.of(Child.class.getSimpleName() + ".class", "log4j2.xml")) {
            var target = folder.resolve("io/tributary/tests/process").resolve(file);
            Files.createDirectories(target.getParent());
            try (var content = Jvm.class.getResourceAsStream(file)) {
                Files.copy(content, target);
            }
        }
    }

    public String name() {
        return name;
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Of one that has ended. */
    public int exitCode() {
        return process.exitValue();
    }

    /** Waits until it has ended by itself. */
    public int await(Duration longest) throws StalledException {
        Patience.require("the end of " + name, longest, () -> !process.isAlive());
        return process.exitValue();
    }

    /** kill -9; returns when it is gone, also in a thread that is interrupted. */
    public void kill() {
        process.destroyForcibly();
        var unused = process.onExit().join();
    }

    /** SIGSTOP. */
    public void pause() {
        signal("STOP");
    }

    /** SIGCONT. */
    public void resume() {
        signal("CONT");
    }

    private void signal(String signal) {
        try {
            int status =
                    new ProcessBuilder("kill", "-" + signal, String.valueOf(process.pid()))
                            .start()
                            .waitFor();
            if (status != 0) {
                throw new IllegalStateException("cannot send SIG%s to %s".formatted(signal, name));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("there is no kill command", e);
        } catch (InterruptedException e) {
            throw new Interrupted(e);
        }
    }

    @Override
    public void close() {
        kill();
    }
}
