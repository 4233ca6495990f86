package io.tributary.cli;

import io.tributary.kafka.client.FederationFollower;
import io.tributary.kafka.client.VersionExistsException;
import java.io.PrintWriter;
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
        var out = spec.commandLine().getOut();
        if (ifMissing && isThere()) {
            exists(out); // a large model takes long to draw
            return ExitCode.OK;
        }
        try {
            architecture.create(model.name()).publish(federation, out);
        } catch (VersionExistsException e) {
            if (!ifMissing) {
                throw e;
            }
            exists(out); // somebody else was first
        }
        return ExitCode.OK;
    }

    private boolean isThere() throws InterruptedException {
        var name = model.name();
        try (var follower =
                FederationFollower.newest(federation.reached(), federation.topics(), name)) {
            follower.catchUp(NewModel.TIMEOUT);
            return follower.newestVersion(name).isPresent();
        }
    }

    private void exists(PrintWriter out) {
        out.println("model %s exists already".formatted(model.name()));
    }
}
