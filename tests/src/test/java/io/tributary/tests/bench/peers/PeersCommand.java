package io.tributary.tests.bench.peers;

import com.sun.management.OperatingSystemMXBean;
import io.tributary.cli.ParameterCount;
import io.tributary.tests.bench.QuietMachine;
import io.tributary.tests.bench.pipeline.Tributary;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code tributary bench peers}. */
@Command(
        name = "peers",
        description = {
            "Measures one round through another framework's own server, and the same round through"
                    + " this one's broker and job: updates of random tensors on the loopback"
                    + " interface, no training. Skipped where the other is not installed.",
            "s: from the first update that may be sent until a reader has the new version."
                    + " combined s: until the server has it. CPU s/GB: of the server, by update."
                    + " RSS/model: the most memory the server had, in float32 models. deviation: of"
                    + " the result from base + weighted mean, largest difference by largest value."
        },
        mixinStandardHelpOptions = true)
public final class PeersCommand implements Callable<Integer> {

    private static final int FAILURE = 1;

    private static final OperatingSystemMXBean MACHINE =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    @Spec private CommandSpec spec;

    @Option(
            names = "--parameters",
            paramLabel = "N",
            defaultValue = "10M",
            converter = ParameterCount.class,
            description =
                    "Values of the model, four bytes each; k, M and B are thousands, millions and"
                            + " billions (default: ${DEFAULT-VALUE}).")
    private long parameters;

    @Option(
            names = "--silos",
            paramLabel = "N",
            defaultValue = "8",
            description = "Silos, each a process (default: ${DEFAULT-VALUE}).")
    private int silos;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "3",
            description = "Rounds that count, after one that does not (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--readers",
            paramLabel = "N",
            defaultValue = "1",
            description = {
                "Silos that have to have received a new version before its round is over;",
                "a reader of a log is one (default: ${DEFAULT-VALUE})."
            })
    private int readers;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Root of everything random (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--peer",
            paramLabel = "NAME",
            defaultValue = "flower",
            description = "The other framework; flower is known (default: ${DEFAULT-VALUE}).")
    private String peer;

    @Option(
            names = "--python",
            paramLabel = "PATH",
            defaultValue = "python3",
            description = "A Python that has it installed (default: ${DEFAULT-VALUE}).")
    private String python;

    @Option(names = "--report", paramLabel = "FILE", description = "Write a JSON report.")
    private @Nullable Path report;

    @Override
    public Integer call() throws IOException, InterruptedException {
        require(peer.equals("flower"), "--peer: there is no '%s'; there is flower".formatted(peer));
        require(silos >= 2 && silos <= 64, "--silos must be 2 to 64, got " + silos);
        require(rounds >= 1, "--rounds must be at least 1, got " + rounds);
        require(seed >= 0, "--seed must be at least 0, got " + seed);
        require(
                readers >= 1 && readers <= silos,
                "--readers must be 1 to %s, got %s".formatted(silos, readers));
        require(
                parameters >= 1 && parameters <= Flower.MOST_PARAMETERS,
                "--parameters must be 1 to %s, got %s"
                        .formatted(
                                ParameterCount.text(Flower.MOST_PARAMETERS),
                                ParameterCount.text(parameters)));
        var shape = new RoundShape(parameters, silos, rounds, seed);

        try {
            var standings = standings(shape);
            var out = spec.commandLine().getOut();
            ContenderTable.lines(shape, standings).forEach(out::println);
            if (report != null) {
                ContenderReport.write(shape, standings, report);
                out.println("Report: " + report);
            }
            return 0;
        } catch (ContenderFailedException e) {
            spec.commandLine().getErr().println("tributary: " + e.getMessage());
            return FAILURE;
        }
    }

    /** Waits for a quiet machine only if there is somebody to compare with. */
    private Map<String, Standing> standings(RoundShape shape)
            throws IOException, InterruptedException, ContenderFailedException {
        var standings = new LinkedHashMap<String, Standing>();
        var present = new ArrayList<Contender>();
        for (var contender : peers()) {
            contender
                    .absence(shape)
                    .ifPresentOrElse(
                            absent -> standings.put(contender.name(), absent),
                            () -> present.add(contender));
        }
        if (present.isEmpty()) {
            return standings;
        }
        present.add(new Tributary());
        var err = spec.commandLine().getErr();
        try (var quiet =
                QuietMachine.await(() -> err.println("Another benchmark is running; waiting."))) {
            for (var contender : present) {
                var name = contender.name();
                standings.put(
                        name, contender.measure(shape, step -> err.println(name + ": " + step)));
            }
        }
        return standings;
    }

    /** Whom this project is compared with. */
    private List<Contender> peers() {
        return List.of(new Flower(python, readers, MACHINE.getTotalMemorySize()));
    }

    private void require(boolean condition, String message) {
        if (!condition) {
            throw new ParameterException(spec.commandLine(), message);
        }
    }
}
