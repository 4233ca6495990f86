package io.tributary.silo.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.schemas.model.ParameterBuffer;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Exits a process while its threads train. */
class ProcessExitITCase {

    @Test
    void exitWaitsForTheStepsUnderWayAndNoLonger() throws Exception {
        var process = start("abandoned");

        var output = output(process);

        assertThat(process.waitFor()).as(output).isEqualTo(7);
        assertThat(output).contains("exits");
    }

    @Test
    void exitMayInterruptTheThreadsThatTrainAndWaitForThem() throws Exception {
        var process = start("awaited");

        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("ended").isTrue();
        assertThat(output(process)).contains("exits", "both have ended");
        assertThat(process.exitValue()).isEqualTo(7);
    }

    private static Process start(String mode) throws IOException {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return new ProcessBuilder(
                        List.of(
                                java,
                                "-Dai.djl.offline=true",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Trains.class.getName(),
                                mode))
                .directory(new File(System.getProperty("java.io.tmpdir")))
                .redirectErrorStream(true)
                .start();
    }

    private static String output(Process process) throws IOException {
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    /** Two threads that never stop training, and an exit in the middle of it. */
    static final class Trains {

        private static final Architecture ARCHITECTURE = new Architecture(64, 64, 2, 2, 64);

        private Trains() {}

        public static void main(String[] arguments) throws InterruptedException {
            var training = new CountDownLatch(20);
            var threads = new ArrayList<Thread>();
            for (int i = 0; i < 2; i++) {
                threads.add(new Thread(() -> trainForever(training)));
            }
            threads.forEach(Thread::start);
            training.await();
            if (arguments[0].equals("awaited")) {
                Runtime.getRuntime().addShutdownHook(new Thread(() -> endAll(threads)));
            }
            System.out.println("exits");
            System.exit(7);
        }

        private static void endAll(List<Thread> threads) {
            try {
                for (var thread : threads) {
                    thread.interrupt();
                    thread.join();
                }
                System.out.println("both have ended");
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
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
