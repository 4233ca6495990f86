package io.tributary.tests.bench.pipeline;

import io.tributary.tests.process.Interrupted;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Records processes with Java Flight Recorder. */
final class Profiles {

    /** Makes a JVM record from its start on. */
    static final String FLAG = "-XX:StartFlightRecording:name=bench,settings=profile";

    private Profiles() {}

    /** Writes what the task managers have recorded so far, a file for each. */
    static void dump(List<Long> taskManagers, Path folder) throws IOException {
        Files.createDirectories(folder);
        var jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        for (int i = 0; i < taskManagers.size(); i++) {
            var file = folder.resolve("task-manager-%s.jfr".formatted(i + 1)).toAbsolutePath();
            var dump =
                    new ProcessBuilder(
                                    jcmd,
                                    String.valueOf(taskManagers.get(i)),
                                    "JFR.dump",
                                    "name=bench",
                                    "filename=" + file)
                            .redirectErrorStream(true)
                            .redirectOutput(Redirect.to(new File("/dev/null")))
                            .start();
            try {
                if (dump.waitFor() != 0) {
                    throw new IOException("jcmd cannot write " + file);
                }
            } catch (InterruptedException e) {
                throw new Interrupted(e);
            }
        }
    }
}
