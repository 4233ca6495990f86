package io.tributary.cli;

import io.tributary.kafka.topics.FederationTopics;
import picocli.CommandLine.Option;

/** Which model line of a federation. */
final class ModelOption {

    @Option(
            names = {"-m", "--model"},
            paramLabel = "NAME",
            defaultValue = "main",
            description = "Model line (default: ${DEFAULT-VALUE}).")
    private String name;

    String name() {
        return FederationTopics.checkModel(name);
    }
}
