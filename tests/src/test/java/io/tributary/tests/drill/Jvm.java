package io.tributary.tests.drill;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A JVM of its own with the class path of this one, which writes to a log file and does not outlive
 * this one.
 */
final class Jvm implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 10;

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
    static Jvm start(
            String name, Path logs, List<String> flags, String main, List<String> arguments) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.add("-Djava.awt.headless=true");
        command.add("-Dfile.encoding=UTF-8");
        command.add("-Dlog4j2.configurationFile=classpath:io/tributary/tests/drill/log4j2.xml");
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(Child.class.getName());
        command.add(String.valueOf(ProcessHandle.current().pid()));
        command.add(main);
        command.addAll(arguments);
        try {
            var process =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectInput(Redirect.from(new File("/dev/null")))
                            .redirectOutput(Redirect.appendTo(logs.resolve(name + ".log").toFile()))
                            .start();
            return new Jvm(name, process);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start a JVM for " + name, e);
        }
    }

    String name() {
        return name;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** kill -9; returns when it is gone. */
    void kill() {
        process.destroyForcibly();
        awaitEnd(PATIENCE_SECONDS);
    }

    /** SIGSTOP. */
    void pause() {
        signal("STOP");
    }

    /** SIGCONT. */
    void resume() {
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

    /** Asks it to end, waits for it, and kills it if that takes long. */
    @Override
    public void close() {
        process.destroy();
        if (!awaitEnd(PATIENCE_SECONDS)) {
            kill();
        }
    }

    private boolean awaitEnd(long seconds) {
        try {
            return process.waitFor(seconds, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            throw new Interrupted(e);
        }
    }
}
