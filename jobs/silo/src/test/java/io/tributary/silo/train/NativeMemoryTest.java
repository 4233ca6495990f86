package io.tributary.silo.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tributary.schemas.model.ParameterBuffer;
import io.tributary.silo.model.Architecture;
import io.tributary.silo.model.ModelInitializer;
import io.tributary.silo.model.TokenBatch;
import io.tributary.silo.model.Transformer;
import io.tributary.silo.random.SplitMix64;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** The native engine's memory is none that the garbage collector looks after. */
class NativeMemoryTest {

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Architecture SMALL = new Architecture(64, 32, 2, 2, 64);

    private final ParameterBuffer parameters = ModelInitializer.initialize(SMALL, 1000, 1);
    private final ParameterBuffer gradients = ParameterBuffer.allocate(parameters.layout());
    private final Transformer transformer = new Transformer(SMALL, parameters);
    private final TokenBatch batch = batch();

    /** One leaked array of activations per step would be 30 MiB by the end, one of weights 16. */
    @Test
    void residentMemoryStaysFlatOverHundredsOfSteps() throws Exception {
        assumeTrue(Files.exists(STATUS), "resident memory is read from /proc");
        steps(100);
        long warm = residentKilobytes();

        steps(300);

        assertThat(residentKilobytes() - warm).isLessThan(12 * 1024);
    }

    /**
     * The backward pass reads what the forward pass gave the engine; nobody may free it between.
     */
    @Test
    void collectionsDuringAPassDoNotChangeItsBits() throws Exception {
        transformer.lossAndGradients(batch, gradients);
        var expected = ParameterBuffer.allocate(parameters.layout());
        expected.copyFrom(gradients);
        var collector =
                new Thread(
                        () -> {
                            while (!Thread.currentThread().isInterrupted()) {
                                System.gc();
                                scribble();
                            }
                        });
        collector.start();
        try {
            for (int i = 0; i < 40; i++) {
                transformer.lossAndGradients(batch, gradients);
                for (int b = 0; b < gradients.layout().blocks().size(); b++) {
                    assertThat(gradients.block(b)).isEqualTo(expected.block(b));
                }
            }
        } finally {
            collector.interrupt();
            collector.join();
        }
    }

    /** Takes over small pieces of memory that were just freed. */
    private static void scribble() {
        for (int i = 0; i < 2000; i++) {
            var memory = ByteBuffer.allocateDirect(4);
            memory.putFloat(Float.NaN);
        }
    }

    private void steps(int count) {
        for (int i = 0; i < count; i++) {
            transformer.lossAndGradients(batch, gradients);
        }
    }

    private static long residentKilobytes() throws IOException {
        try (var lines = Files.lines(STATUS)) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static TokenBatch batch() {
        var random = new SplitMix64(2);
        var windows = new int[8][33];
        for (var window : windows) {
            Arrays.setAll(window, i -> random.nextInt(64));
        }
        return TokenBatch.ofWindows(windows);
    }
}
