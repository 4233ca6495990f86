package io.tributary.cli.doctor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** JVMs of their own, whose options say how much there is. */
class DirectMemoryITCase {

    /** Prints what is said to be the most, and that this much is given, but not a byte more. */
    public static final class TakesTheMost {

        private TakesTheMost() {}

        public static void main(String[] args) {
            long most = DirectMemory.mostBytes();
            var taken = ByteBuffer.allocateDirect(Math.toIntExact(most));
            try {
                System.out.println(ByteBuffer.allocateDirect(1).capacity());
            } catch (OutOfMemoryError e) {
                System.out.println(taken.capacity());
            }
        }
    }

    @Test
    void whatTheOptionSaysIsTheMost() throws Exception {
        assertThat(most("-Xmx64m", "-XX:MaxDirectMemorySize=32m")).isEqualTo(32 << 20);
        assertThat(most("-Xmx64m", "-XX:MaxDirectMemorySize=96m")).isEqualTo(96 << 20);
        assertThat(most("-Xmx64m", "-XX:MaxDirectMemorySize=0")).isZero();
    }

    /** Some collectors count one of their survivor spaces out. */
    @Test
    void withoutItTheHeapIs() throws Exception {
        assertThat(most("-Xmx64m")).isBetween(32 << 20, 64 << 20);
    }

    private static int most(String... options) throws IOException, InterruptedException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(options));
        command.addAll(
                List.of(
                        "-cp",
                        System.getProperty("java.class.path"),
                        TakesTheMost.class.getName()));
        var process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        var out = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
        assertThat(process.waitFor()).isZero();
        return Integer.parseInt(out);
    }
}
