package io.tributary.silo.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.schemas.model.ParameterBuffer;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Exits a process while its threads train. */
class ProcessExitITCase {

    @Test
    void exitWaitsForTheStepsUnderWayAndNoLonger() throws Exception {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var process =
                new ProcessBuilder(
                                List.of(
                                        java,
                                        "-Dai.djl.offline=true",
                                        "-cp",
                                        System.getProperty("java.class.path"),
                                        Trains.class.getName()))
                        .directory(new File(System.getProperty("java.io.tmpdir")))
                        .redirectErrorStream(true)
                        .start();

        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(output).isEqualTo(7);
        assertThat(output).contains("exits");
    }

    /** Two threads that never stop training, and an exit in the middle of it. */
    static final class Trains {

        private static final Architecture ARCHITECTURE = new Architecture(64, 64, 2, 2, 64);

        private Trains() {}

        public static void main(String[] arguments) throws InterruptedException {
            var training = new CountDownLatch(20);
            for (int i = 0; i < 2; i++) {
                new Thread(() -> trainForever(training)).start();
            }
            training.await();
            System.out.println("exits");
            System.exit(7);
        }

        private static void trainForever(CountDownLatch training) {
            var parameters = ModelInitializer.initialize(ARCHITECTURE, 1000, 1);
            var gradients = ParameterBuffer.allocate(parameters.layout());
            var transformer = new Transformer(ARCHITECTURE, parameters);
            var windows = new int[8][65];
            Arrays.setAll(windows, i -> new int[65]);
            var batch = TokenBatch.ofWindows(windows);
            while (true) {
                if (Double.isNaN(transformer.lossAndGradients(batch, gradients))) {
                    throw new IllegalStateException("loss of a fresh model is a number");
                }
                training.countDown();
            }
        }
    }
}
