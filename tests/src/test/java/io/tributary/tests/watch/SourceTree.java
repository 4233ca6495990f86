package io.tributary.tests.watch;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What lies beside the sources, wherever the tests are started from. */
final class SourceTree {

    private SourceTree() {}

    /** The folder {@code docker}. */
    static Path docker() {
        for (var folder = classes(); folder != null; folder = folder.getParent()) {
            var docker = folder.resolve("docker");
            if (Files.exists(docker.resolve("prometheus"))
                    && Files.exists(folder.resolve("tests"))) {
                return docker;
            }
        }
        throw new IllegalStateException("there is no folder docker above " + classes());
    }

    private static Path classes() {
        try {
            var source = SourceTree.class.getProtectionDomain().getCodeSource();
            return Path.of(source.getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException("the tests are in no folder", e);
        }
    }
}
