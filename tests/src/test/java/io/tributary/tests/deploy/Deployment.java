package io.tributary.tests.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The files that are deployed, where they are in the repository. */
public final class Deployment {

    /** Root of the repository: tests run in their module's folder. */
    public static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    public static final Path DOCKER = ROOT.resolve("docker");
    public static final Path KUBERNETES = DOCKER.resolve("kubernetes");
    public static final Path SILOS = KUBERNETES.resolve("overlays/example/silos");

    private static final ObjectMapper JSON = new ObjectMapper();

    private Deployment() {}

    /** The documents of a YAML file; aliases and merge keys are resolved. */
    public static List<JsonNode> documents(Path file) {
        return documents(text(file));
    }

    static List<JsonNode> documents(String yaml) {
        var parser = new Yaml(new SafeConstructor(new LoaderOptions()));
        return StreamSupport.stream(parser.loadAll(yaml).spliterator(), false)
                .map(JSON::<JsonNode>valueToTree)
                .toList();
    }

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    /** Files below a folder whose name ends like this, in order. */
    static List<Path> files(Path folder, String ending) {
        try (var files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(ending)).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + folder, e);
        }
    }

    /** Files in a folder, in order. */
    static List<Path> list(Path folder) {
        try (var files = Files.list(folder)) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + folder, e);
        }
    }
}
