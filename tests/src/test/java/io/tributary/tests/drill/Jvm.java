package io.tributary.tests.drill;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

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

    public boolean isAlive() {
        return process.isAlive();
    }

    /** kill -9; returns when it is gone, also in a thread that is interrupted. */
    void kill() {
        process.destroyForcibly();
        var unused = process.onExit().join();
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

    @Override
    public void close() {
        kill();
    }
}
