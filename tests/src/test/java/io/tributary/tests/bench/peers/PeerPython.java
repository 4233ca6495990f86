package io.tributary.tests.bench.peers;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Whether a Python has a peer installed. */
sealed interface PeerPython {

    /**
     * It has.
     *
     * @param version of the peer
     */
    record Found(String version) implements PeerPython {}

    /**
     * It has not, or is none.
     *
     * @param remedy what is missing, and how to get it
     */
    record Missing(String remedy) implements PeerPython {}

    /**
     * Asks, with nothing of the peer imported.
     *
     * @param script answers {@code probe} with "package version ..."; with status 3 if the package
     *     is not there
     * @param requirement what to give pip: package==version
     */
    static PeerPython probe(String python, Path script, String requirement)
            throws IOException, InterruptedException {
        Process process;
        try {
            process =
                    new ProcessBuilder(List.of(python, script.toString(), "probe"))
                            .redirectError(Redirect.DISCARD)
                            .start();
        } catch (IOException e) {
            return new Missing(
                    "there is no %s; give a Python that has '%s' with --python"
                            .formatted(python, requirement));
        }
        process.getOutputStream().close();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                return new Missing("%s does not answer; give another --python".formatted(python));
            }
            if (process.exitValue() != 0) {
                return new Missing(
                        "%s does not have the peer; run 'pip install %s' in a virtual environment"
                                        .formatted(python, requirement)
                                + " and give its Python with --python");
            }
            var words =
                    new String(process.getInputStream().readAllBytes(), UTF_8).split("\\s+", -1);
            return words.length < 2 || !requirement.startsWith(words[0] + "==")
                    ? new Missing("%s is no Python; give one with --python".formatted(python))
                    : new Found(words[1]);
        } finally {
            process.destroyForcibly();
        }
    }
}
