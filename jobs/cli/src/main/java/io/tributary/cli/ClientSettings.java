package io.tributary.cli;

import io.tributary.kafka.registry.RegistryConnection;
import io.tributary.kafka.registry.SubjectNaming;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a {@code --kafka-config} file holds.
 *
 * @param security client properties {@code security.*}, {@code sasl.*}, {@code ssl.*}, {@code
 *     config.providers*}
 * @param registry what stands behind {@code schema.registry.}: {@code url}, {@code write}, {@code
 *     subjects}, {@code auto.register}, and what {@link RegistryConnection#security} takes
 */
record ClientSettings(Map<String, String> security, Map<String, String> registry) {

    static final ClientSettings NONE = new ClientSettings(Map.of(), Map.of());

    static final String URL = "url";
    static final String WRITE = "write";
    static final String SUBJECTS = "subjects";
    static final String AUTO_REGISTER = "auto.register";

    private static final String PREFIX = "schema.registry.";

    /**
     * Reads a file, if one is given.
     *
     * @throws InputException if it cannot be read
     */
    static ClientSettings of(@Nullable Path file) {
        if (file == null) {
            return NONE;
        }
        var properties = InputException.reading(() -> read(file));
        var security = new TreeMap<String, String>();
        var registry = new TreeMap<String, String>();
        for (var name : properties.stringPropertyNames()) {
            var value = properties.getProperty(name).strip(); // as Kafka's clients do
            if (name.startsWith(PREFIX)) {
                registry.put(name.substring(PREFIX.length()), value);
            } else {
                security.put(name, value);
            }
        }
        registry.remove(URL, ""); // as if it were not there
        return new ClientSettings(security, registry);
    }

    /**
     * The schema registry.
     *
     * @param url its address, wins over the file's; null if it is not given
     * @return null if there is none
     * @throws IllegalArgumentException if it cannot be right
     */
    @Nullable RegistryConnection registry(@Nullable String url) {
        var properties = new TreeMap<>(registry);
        var inFile = properties.remove(URL);
        var urls = url == null || url.isBlank() ? inFile : url;
        if (urls == null) {
            if (!registry.isEmpty()) {
                throw new IllegalArgumentException(
                        "there are properties %s* and no address; set %s%s or --schema-registry"
                                .formatted(PREFIX, PREFIX, URL));
            }
            return null;
        }
        boolean writes = isTrue(WRITE, properties.remove(WRITE));
        var subjects = properties.remove(SUBJECTS);
        boolean autoRegister = isTrue(AUTO_REGISTER, properties.remove(AUTO_REGISTER));
        return new RegistryConnection(
                RegistryConnection.split(urls),
                writes,
                subjects == null ? SubjectNaming.RECORD : SubjectNaming.parse(subjects),
                autoRegister,
                properties);
    }

    /** True if it is not set. */
    private static boolean isTrue(String property, @Nullable String text) {
        if (text != null && !text.equals("true") && !text.equals("false")) {
            throw new IllegalArgumentException(
                    "%s%s must be true or false, got '%s'".formatted(PREFIX, property, text));
        }
        return !"false".equals(text);
    }

    private static Properties read(Path file) throws IOException {
        var properties = new Properties();
        try (var reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        } catch (NoSuchFileException e) {
            throw new IOException("Kafka client settings %s do not exist".formatted(file), e);
        }
        return properties;
    }
}
