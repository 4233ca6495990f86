package io.tributary.aggregation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.jspecify.annotations.Nullable;

/** Reads the job's options from one YAML file and {@code -Dkey=value} overrides. */
public final class JobConfiguration {

    private static final YAMLMapper YAML =
            YAMLMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

    private JobConfiguration() {}

    /**
     * Reads {@code --config FILE} and {@code -Dkey=value} arguments.
     *
     * @throws IllegalArgumentException for an unknown argument or option, or an unreadable file
     */
    public static Configuration parse(String... args) {
        Path file = null;
        var overrides = new ArrayList<String>();
        for (int i = 0; i < args.length; i++) {
            if (args[i].equals("--config")) {
                if (i + 1 == args.length) {
                    throw new IllegalArgumentException("--config needs a file behind it");
                }
                file = Path.of(args[++i]);
            } else if (args[i].startsWith("-D")) {
                overrides.add(args[i].substring(2));
            } else {
                throw new IllegalArgumentException(
                        "unexpected argument '%s'; expected --config FILE and -Dkey=value"
                                .formatted(args[i]));
            }
        }
        return read(file, overrides);
    }

    /**
     * Reads a file, if one is given, and puts {@code key=value} overrides on top.
     *
     * @throws IllegalArgumentException for an unknown option, naming it, or an unreadable file
     */
    public static Configuration read(@Nullable Path file, List<String> overrides) {
        var values = new TreeMap<String, String>();
        if (file != null) {
            flatten("", tree(file), values);
        }
        for (var override : overrides) {
            int equals = override.indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException(
                        "override '%s' is not of the form key=value".formatted(override));
            }
            values.put(override.substring(0, equals), override.substring(equals + 1));
        }
        checkKnown(values);
        return Configuration.fromMap(values);
    }

    private static JsonNode tree(Path file) {
        try {
            var tree = YAML.readTree(Files.readString(file));
            if (!tree.isObject() && !tree.isMissingNode() && !tree.isNull()) {
                throw new IllegalArgumentException(
                        "configuration file %s must hold options in the form 'key: value'"
                                .formatted(file));
            }
            return tree;
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "configuration file %s is not valid YAML: %s".formatted(file, problem(e)), e);
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException(
                    "configuration file %s does not exist".formatted(file), e);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "configuration file %s cannot be read: %s".formatted(file, e.getMessage()), e);
        }
    }

    /** What is wrong, and where, in one line: the parser draws a picture of the place. */
    private static String problem(JsonProcessingException failure) {
        var what =
                failure.getOriginalMessage()
                        .lines()
                        .filter(line -> !line.isBlank() && !line.startsWith(" "))
                        .collect(Collectors.joining(", "));
        var place = failure.getLocation();
        return place == null
                ? what
                : "%s (line %s, column %s)".formatted(what, place.getLineNr(), place.getColumnNr());
    }

    private static void flatten(String prefix, JsonNode node, Map<String, String> into) {
        if (node.isObject()) {
            node.properties()
                    .forEach(
                            field ->
                                    flatten(
                                            prefix.isEmpty()
                                                    ? field.getKey()
                                                    : prefix + "." + field.getKey(),
                                            field.getValue(),
                                            into));
        } else if (node.isArray()) {
            into.put(
                    prefix,
                    StreamSupport.stream(node.spliterator(), false)
                            .map(JsonNode::asText)
                            .collect(Collectors.joining(",")));
        } else if (!node.isMissingNode() && !node.isNull()) {
            into.put(prefix, node.asText());
        }
    }

    private static void checkKnown(Map<String, String> values) {
        for (var key : values.keySet()) {
            if (JobOptions.all().stream().noneMatch(option -> isFor(key, option))) {
                throw new IllegalArgumentException(
                        "unknown option %s; did you mean %s? 'tributary job options' lists all"
                                .formatted(key, nearest(key)));
            }
        }
    }

    private static boolean isFor(String key, ConfigOption<?> option) {
        return key.equals(option.key())
                || (JobOptions.isMap(option) && key.startsWith(option.key() + "."));
    }

    private static String nearest(String key) {
        return JobOptions.all().stream()
                .map(ConfigOption::key)
                .min(Comparator.comparingInt(known -> distance(key, known)))
                .orElseThrow();
    }

    /** Edit distance (Levenshtein). */
    private static int distance(String a, String b) {
        var row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substitute = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substitute, 1 + Math.min(row[j - 1], row[j]));
            }
        }
        return row[b.length()];
    }
}
