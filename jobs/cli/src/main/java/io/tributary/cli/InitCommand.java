package io.tributary.cli;

import io.tributary.kafka.client.VersionExistsException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
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

    @Option(
            names = "--if-missing",
            description = "Leave a model that has a version already as it is, without an error.")
    private boolean ifMissing;

    @Override
    public Integer call() throws Exception {
        try {
            architecture.create(model.name()).publish(federation, spec.commandLine().getOut());
        } catch (VersionExistsException e) {
            if (!ifMissing) {
                throw e;
            }
            spec.commandLine().getOut().println("model %s exists already".formatted(model.name()));
        }
        return ExitCode.OK;
    }
}
