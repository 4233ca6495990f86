package io.tributary.cli;

import io.tributary.kafka.client.GenesisWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code tributary init}. */
@Command(
        name = "init",
        description = "Publishes version 0 of a model: a GPT-2 shaped transformer, freshly drawn.",
        mixinStandardHelpOptions = true)
final class InitCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;
    @Mixin private FederationOptions federation;
    @Mixin private ModelOption model;
    @Mixin private ArchitectureOptions architecture;

    @Override
    public Integer call() throws Exception {
        var created = architecture.create(model.name());
        var version =
                new GenesisWriter(federation.reached(), federation.topics(), Duration.ofMinutes(5))
                        .write(created.genesis(), created.parameters());
        spec.commandLine()
                .getOut()
                .printf(
                        "published version %s of %s: %,d parameters in %s chunks, digest %s%n",
                        version.version(),
                        version.model(),
                        version.layout().elements(),
                        version.layout().chunkCount(),
                        version.digest());
        return ExitCode.OK;
    }
}
