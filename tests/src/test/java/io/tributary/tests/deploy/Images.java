package io.tributary.tests.deploy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The stages of {@code docker/Dockerfile}.
 *
 * @param stages by name, in the order of the file
 */
record Images(Map<String, Stage> stages) {

    static final Path FILE = Deployment.DOCKER.resolve("Dockerfile");

    private static final Pattern FROM = Pattern.compile("FROM\\s+(\\S+)\\s+AS\\s+(\\S+)");

    /** Of an instruction {@code ENV}; its value may be in quotes. */
    private static final Pattern VARIABLE = Pattern.compile("(\\w+)=(\"[^\"]*\"|\\S+)");

    /**
     * From one {@code FROM} to the next.
     *
     * @param base image or stage that it begins with
     * @param instructions without comments, one in each line
     */
    record Stage(String base, List<String> instructions) {

        /** What stands behind the last instruction of this name; empty if there is none. */
        String last(String instruction) {
            return instructions.stream()
                    .filter(line -> line.startsWith(instruction + " "))
                    .reduce((first, second) -> second)
                    .map(line -> line.substring(instruction.length()).trim())
                    .orElse("");
        }
    }

    static Images read() {
        var stages = new LinkedHashMap<String, Stage>();
        var current = new ArrayList<String>();
        for (var line : joined(Deployment.text(FILE))) {
            var from = FROM.matcher(line);
            if (from.matches()) {
                current = new ArrayList<>();
                stages.put(from.group(2), new Stage(from.group(1), current));
            } else {
                current.add(line);
            }
        }
        return new Images(stages);
    }

    /** Instructions without comments and empty lines, each in one line. */
    private static List<String> joined(String text) {
        var instructions = new ArrayList<String>();
        var open = new StringBuilder();
        for (var line : text.lines().toList()) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            boolean more = line.endsWith("\\");
            open.append(more ? line.substring(0, line.length() - 1) : line);
            if (!more) {
                instructions.add(open.toString());
                open.setLength(0);
            }
        }
        return instructions;
    }

    /** What a stage has in its environment, with what it has from those it begins with. */
    Map<String, String> environment(String stage) {
        var environment = new LinkedHashMap<String, String>();
        var found = stages.get(stage);
        if (found != null) {
            environment.putAll(environment(found.base()));
            found.instructions().stream()
                    .filter(line -> line.startsWith("ENV "))
                    .flatMap(line -> VARIABLE.matcher(line).results())
                    .forEach(
                            variable ->
                                    environment.put(
                                            variable.group(1),
                                            variable.group(2).replace("\"", "")));
        }
        return environment;
    }

    /**
     * What a stage runs before the command that it is given.
     *
     * @throws IllegalArgumentException if there is no such stage
     */
    List<String> entryPoint(String stage) {
        var found = stages.get(stage);
        if (found == null) {
            throw new IllegalArgumentException("%s has no stage %s".formatted(FILE, stage));
        }
        try {
            return List.of(new ObjectMapper().readValue(found.last("ENTRYPOINT"), String[].class));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "the entry point of %s is no list".formatted(stage), e);
        }
    }
}
