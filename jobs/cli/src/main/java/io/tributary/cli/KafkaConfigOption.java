package io.tributary.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a client's credentials are. */
final class KafkaConfigOption {

    @Option(
            names = "--kafka-config",
            paramLabel = "FILE",
            description =
                    "Properties file with security.*, sasl.*, ssl.* and schema.registry.* settings.")
    private @Nullable Path file;

    /**
     * What the file holds; nothing if none is given.
     *
     * @throws InputException if it cannot be read
     */
    ClientSettings settings() {
        return ClientSettings.of(file);
    }
}
