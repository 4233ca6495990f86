package io.tributary.aggregation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;

/** Reads the job's options from one YAML file and {@code -Dkey=value} overrides. */
public final class JobConfiguration {

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
            if (args[i].equals("--config") && i + 1 < args.length) {
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
    public static Configuration read(Path file, List<String> overrides) {
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
            return new YAMLMapper().readTree(Files.readString(file));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "configuration file %s is not valid YAML: %s"
                            .formatted(file, e.getOriginalMessage()),
                    e);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "configuration file %s cannot be read: %s".formatted(file, e.getMessage()), e);
        }
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
        } else if (!node.isMissingNode() && !node.isNull()) {
            into.put(prefix, node.asText());
        }
    }

    private static void checkKnown(Map<String, String> values) {
        var known = new TreeSet<String>();
        var maps = new ArrayList<String>();
        for (var option : JobOptions.all()) {
            known.add(option.key());
            if (isMap(option)) {
                maps.add(option.key() + ".");
            }
        }
        for (var key : values.keySet()) {
            if (!known.contains(key) && maps.stream().noneMatch(key::startsWith)) {
                throw new IllegalArgumentException(
                        "unknown option %s; known: %s".formatted(key, String.join(", ", known)));
            }
        }
    }

    private static boolean isMap(ConfigOption<?> option) {
        return option.equals(JobOptions.KAFKA_SECURITY) || option.equals(JobOptions.LOCAL_STEPS_OF);
    }
}
