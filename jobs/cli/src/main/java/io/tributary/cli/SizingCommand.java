package io.tributary.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tributary.cli.sizing.Bandwidth;
import io.tributary.cli.sizing.Sizing;
import io.tributary.cli.sizing.SizingJson;
import io.tributary.cli.sizing.SizingText;
import io.tributary.cli.sizing.Workload;
import io.tributary.operators.optimizer.ServerOptimizer;
import io.tributary.operators.rule.AggregationRule;
import io.tributary.schemas.codec.Codec;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tributary sizing}. */
@Command(
        name = "sizing",
        description = {
            "What a federation needs: state, heap, network, disk and transactions, each with its"
                    + " formula. Asks no cluster.",
            "Several sizes, separated by commas, are shown side by side."
        },
        footerHeading = "%nExample:%n",
        footer =
                "  ./tributary sizing --parameters 7B --silos 16 --codec bf16 --version-codec bf16",
        mixinStandardHelpOptions = true)
final class SizingCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Option(
            names = {"-p", "--parameters"},
            paramLabel = "N",
            required = true,
            split = ",",
            converter = ParameterCount.class,
            description = "Size of the model, such as 125M or 1.3B; several, separated by commas.")
    private List<Long> parameters;

    @Option(
            names = {"-n", "--silos"},
            paramLabel = "N",
            required = true,
            description = "Silos that take part in a round.")
    private int silos;

    @Option(
            names = "--codec",
            paramLabel = "CODEC",
            defaultValue = "f32",
            description = "Codec of the updates: f32, bf16 or f16 (default: ${DEFAULT-VALUE}).")
    private String codec;

    @Option(
            names = "--version-codec",
            paramLabel = "CODEC",
            defaultValue = "f32",
            description = "Codec of the versions: f32 or bf16 (default: ${DEFAULT-VALUE}).")
    private String versionCodec;

    @Option(
            names = "--rule",
            paramLabel = "SPEC",
            defaultValue = "mean",
            description = "Aggregation rule (default: ${DEFAULT-VALUE}).")
    private String rule;

    @Option(
            names = "--optimizer",
            paramLabel = "SPEC",
            defaultValue = "nesterov(lr=0.7, momentum=0.9)",
            description = "Server optimizer (default: ${DEFAULT-VALUE}).")
    private String optimizer;

    @Option(
            names = "--snapshot-every",
            paramLabel = "N",
            defaultValue = "1",
            description =
                    "Versions from one with moments to the next, as round.snapshot-every (default:"
                            + " ${DEFAULT-VALUE}).")
    private int snapshotEvery;

    @Option(
            names = "--parallelism",
            paramLabel = "N",
            defaultValue = "0",
            description =
                    "Parallelism of the job (default: as much as leaves each task manager 16 GB of"
                            + " heap or less).")
    private int parallelism;

    @Option(
            names = "--interval",
            paramLabel = "DURATION",
            defaultValue = "1 h",
            converter = DurationOption.class,
            description = "From one version to the next (default: ${DEFAULT-VALUE}).")
    private Duration interval;

    @Option(
            names = "--retention",
            paramLabel = "DURATION",
            defaultValue = "7 d",
            converter = DurationOption.class,
            description = "How long updates and versions are kept (default: ${DEFAULT-VALUE}).")
    private Duration retention;

    @Option(
            names = "--replication",
            paramLabel = "N",
            defaultValue = "3",
            description = "Copies of every partition (default: ${DEFAULT-VALUE}).")
    private int replication;

    @Option(
            names = "--bandwidth",
            paramLabel = "SPEED",
            defaultValue = "100 Mbit/s",
            description =
                    "A silo's link to the brokers, such as 12.5 MB/s (default: ${DEFAULT-VALUE})."
                            + " 'tributary doctor --bandwidth' measures it.")
    private String bandwidth;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Option(names = "--markdown", description = "Print a table in Markdown.")
    private boolean markdown;

    @Override
    public Integer call() {
        if (json && markdown) {
            throw new IllegalArgumentException("--json and --markdown do not go together");
        }
        var first = workload();
        var sizings = parameters.stream().map(first::withParameters).map(Sizing::new).toList();
        var out = spec.commandLine().getOut();
        if (json) {
            var nodes = sizings.stream().map(SizingJson::of).toList();
            var all = JsonNodeFactory.instance.arrayNode().addAll(nodes);
            out.println((nodes.size() == 1 ? nodes.get(0) : all).toPrettyString());
        } else if (markdown || sizings.size() > 1) {
            out.print(SizingText.markdown(sizings));
        } else {
            out.print(SizingText.of(sizings.get(0)));
        }
        out.flush();
        return ExitCode.OK;
    }

    private Workload workload() {
        return new Workload(
                parameters.get(0),
                silos,
                Require.parsed("--codec", () -> Codec.parse(codec)),
                Require.parsed("--version-codec", () -> Codec.parse(versionCodec)),
                Require.parsed("--rule", () -> AggregationRule.parse(rule)),
                Require.parsed("--optimizer", () -> ServerOptimizer.parse(optimizer)),
                snapshotEvery,
                parallelism,
                interval,
                retention,
                replication,
                Require.parsed("--bandwidth", () -> Bandwidth.parse(bandwidth)));
    }
}
