package io.tributary.tests.bench;

import com.sun.management.OperatingSystemMXBean;
import io.tributary.cli.ParameterCount;
import io.tributary.schemas.codec.Codec;
import io.tributary.tests.process.StalledException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code tributary bench silo}. */
@Command(
        name = "silo",
        description = {
            "Measures how fast a silo uploads and downloads, and the memory it takes.",
            "Its upload is compared with a plain producer of as many random bytes, its download"
                    + " with a plain consumer of the same records, with the same settings and in"
                    + " turns: ratios count, MB/s are this machine's. A broker and each side have a"
                    + " JVM of their own. CPU s/GB: of the side's process, for 10^9 encoded bytes."
        },
        mixinStandardHelpOptions = true)
final class SiloCommand implements Callable<Integer> {

    private static final String TERMINAL = "tributary.terminal";

    private static final OperatingSystemMXBean MACHINE =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    /** Of the model, in all processes and the page cache at one time, roughly. */
    private static final int MODELS_IN_MEMORY = 16;

    @Spec private CommandSpec spec;

    @Option(
            names = "--parameters",
            paramLabel = "N",
            defaultValue = "100M",
            converter = ParameterCount.class,
            description = {
                "Values of the model; k and M count in thousands and millions",
                "(default: ${DEFAULT-VALUE})."
            })
    private long parameters;

    @Option(
            names = "--codec",
            paramLabel = "CODEC",
            defaultValue = "bf16",
            converter = CodecName.class,
            description = "How updates are encoded: f32, bf16 or f16 (default: ${DEFAULT-VALUE}).")
    private Codec codec;

    @Option(
            names = "--publish",
            paramLabel = "CODEC",
            defaultValue = "bf16",
            converter = CodecName.class,
            description = "How versions are encoded, likewise (default: ${DEFAULT-VALUE}).")
    private Codec publish;

    @Option(
            names = "--repetitions",
            paramLabel = "N",
            defaultValue = "9",
            description = "Measured ones; eight before them warm up (default: ${DEFAULT-VALUE}).")
    private int repetitions;

    @Option(names = "--report", paramLabel = "FILE", description = "Write a JSON report.")
    private @Nullable Path report;

    @Override
    public Integer call() throws IOException, StalledException {
        require(
                parameters >= 1 && parameters <= Integer.MAX_VALUE,
                "--parameters must be 1 to 2 billion, got " + parameters);
        require(repetitions >= 1, "--repetitions must be at least 1, got " + repetitions);
        refuseModelsWithoutRoom();
        var out = spec.commandLine().getOut();
        var err = spec.commandLine().getErr();
        var progress = new CaseProgress(err, Boolean.getBoolean(TERMINAL));
        var folder = Files.createTempDirectory("silo-bench");
        try (var quiet =
                QuietMachine.await(() -> err.println("Another benchmark is running; waiting."))) {
            KernelLines.warning(MACHINE.getSystemLoadAverage()).ifPresent(out::println);
            var outcome =
                    new SiloBench(
                                    (int) parameters,
                                    codec,
                                    publish,
                                    repetitions,
                                    folder,
                                    progress::show)
                            .run();
            progress.end();
            SiloLines.of(outcome).forEach(out::println);
            if (report != null) {
                SiloReport.write(outcome, report);
                out.println();
                out.println("Report: " + report);
            }
        } catch (IOException | StalledException e) {
            progress.end();
            throw e; // the folder stays: the processes' logs say why
        }
        delete(folder);
        return 0;
    }

    /** A machine that swaps measures its disk. */
    private void refuseModelsWithoutRoom() {
        double most = (double) MODELS_IN_MEMORY * parameters * Float.BYTES;
        long memory = MACHINE.getTotalMemorySize();
        require(
                most <= memory,
                "%.1f GB of memory would be taken, more than this machine's %.1f GB; use fewer"
                                .formatted(most / 1e9, memory / 1e9)
                        + " --parameters");
    }

    private void require(boolean condition, String message) {
        if (!condition) {
            throw new ParameterException(spec.commandLine(), message);
        }
    }

    private static void delete(Path folder) throws IOException {
        Files.walkFileTree(
                folder,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        Files.delete(file);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(
                            Path visited, @Nullable IOException failure) throws IOException {
                        Files.delete(visited);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }

    private static final class CodecName implements ITypeConverter<Codec> {

        @Override
        public Codec convert(String name) {
            try {
                return Codec.parse(name);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
