package io.tributary.cli.demo;

import io.tributary.cli.corpus.DemoCorpus;
import io.tributary.kafka.topics.FederationTopics;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** Where the text of each silo is. */
public final class SiloFolders {

    private SiloFolders() {}

    /**
     * Cuts text from build artifacts, unless it is there already.
     *
     * @param artifacts folder with the archives
     * @param output gets a folder {@code texts}
     * @param out told what was cut
     * @return by silo id
     */
    public static Map<String, Path> prepared(
            Path artifacts, Path output, int silos, PrintStream out) throws IOException {
        var folders = new TreeMap<String, Path>();
        var target = output.resolve("texts");
        out.println("Cutting text for " + silos + " silos from build artifacts ...");
        for (var text : DemoCorpus.prepare(artifacts, target, silos, DemoRecipe.BYTES_PER_SILO)) {
            folders.put(text.silo(), target.resolve(text.silo()));
            out.printf(
                    "  %-8s %,9d bytes in %,4d documents%n",
                    text.silo(), text.bytes(), text.documents());
        }
        return folders;
    }

    /**
     * The folders in the caller's folder.
     *
     * @return by silo id
     * @throws IllegalArgumentException if there are none, or one cannot be a silo's id
     */
    public static Map<String, Path> own(Path data) throws IOException {
        if (!Files.isDirectory(data)) {
            throw new IllegalArgumentException("--data %s is not a folder".formatted(data));
        }
        var folders = new TreeMap<String, Path>();
        try (var children = Files.list(data)) {
            children.filter(Files::isDirectory)
                    .forEach(folder -> folders.put(folder.getFileName().toString(), folder));
        }
        if (folders.isEmpty()) {
            throw new IllegalArgumentException(
                    "--data %s has no folders in it; it needs one folder of text per silo"
                            .formatted(data));
        }
        folders.keySet().forEach(FederationTopics::checkSilo);
        return folders;
    }
}
