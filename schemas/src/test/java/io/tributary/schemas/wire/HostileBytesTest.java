package io.tributary.schemas.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.model.Block;
import io.tributary.schemas.model.ModelLayout;
import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.model.Slot;
import io.tributary.schemas.model.TensorSpec;
import io.tributary.schemas.round.RoundWeights;
import io.tributary.schemas.update.UpdateChunk;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the bytes are: a record or a {@link MalformedRecordException}, in little memory. */
class HostileBytesTest {

    private static final int HEADER_BYTES = 10;

    /** What an honest small record may cost several times over; far below any hostile length. */
    private static final long SMALL = 1 << 20;

    private static final long[] HUGE = {
        Integer.MAX_VALUE - 8,
        Integer.MAX_VALUE,
        1L << 31,
        1L << 40,
        Long.MAX_VALUE,
        -1,
        -(1L << 31),
        -Long.MAX_VALUE,
        Long.MIN_VALUE
    };

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    static List<byte[]> examples() {
        return Examples.all().stream().map(Wire::encode).toList();
    }

    @ParameterizedTest
    @MethodSource("examples")
    void hugeLengthAnywhereIsMalformedBeforeMemoryIsTaken(byte[] example) {
        for (int position = HEADER_BYTES; position < example.length; position++) {
            for (long length : HUGE) {
                assertHarmless(splice(example, position, varint(length)), SMALL);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void negativeBlockCountsWithSizesAnywhereAreHarmless(byte[] example) {
        for (int position = HEADER_BYTES; position < example.length; position++) {
            for (long size : HUGE) {
                assertHarmless(splice(example, position, varint(-1), varint(size)), SMALL);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void everyFlippedBitIsHarmless(byte[] example) {
        for (int bit = 0; bit < 8 * example.length; bit++) {
            var flipped = example.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            assertHarmless(flipped, SMALL);
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void randomBodiesAreHarmless(byte[] example) {
        var random = new Random(Arrays.hashCode(example));
        for (int i = 0; i < 2_000; i++) {
            var body = new byte[random.nextInt(400)];
            random.nextBytes(body);
            assertHarmless(splice(example, HEADER_BYTES, body), SMALL);
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void shuffledPiecesAreHarmless(byte[] example) {
        var random = new Random(Arrays.hashCode(example));
        for (int i = 0; i < 2_000; i++) {
            var mutated = example.clone();
            for (int piece = random.nextInt(4); piece >= 0; piece--) {
                int length = random.nextInt(Math.min(16, example.length - HEADER_BYTES));
                int from = HEADER_BYTES + random.nextInt(example.length - HEADER_BYTES - length);
                int to = HEADER_BYTES + random.nextInt(example.length - HEADER_BYTES - length);
                System.arraycopy(example, from, mutated, to, length);
            }
            assertHarmless(mutated, SMALL);
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void truncatedValueIsMalformed(byte[] example) {
        for (int length = 0; length < example.length; length++) {
            var truncated = Arrays.copyOf(example, length);
            assertThatThrownBy(() -> Wire.decode(truncated))
                    .isInstanceOf(MalformedRecordException.class);
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void bytesAfterTheLastFieldAreMalformed(byte[] example) {
        var longer = Arrays.copyOf(example, example.length + 3);

        assertThatThrownBy(() -> Wire.decode(longer))
                .isInstanceOf(MalformedRecordException.class)
                .hasMessageContaining("3 bytes follow its last field");
    }

    @ParameterizedTest
    @MethodSource("examples")
    void failureLeavesTheNextDecodeAlone(byte[] example) {
        for (int length = HEADER_BYTES; length < example.length; length++) {
            var truncated = Arrays.copyOf(example, length);
            assertThatThrownBy(() -> Wire.decode(truncated)).isNotNull();
            assertThatCode(() -> Wire.decode(example)).doesNotThrowAnyException();
        }
    }

    @Test
    void bytesWithoutTheFrameAreMalformed() {
        var random = new Random(5);
        for (int i = 0; i < 5_000; i++) {
            var bytes = new byte[random.nextInt(64)];
            random.nextBytes(bytes);
            assertThatThrownBy(() -> Wire.decode(bytes))
                    .isInstanceOf(MalformedRecordException.class);
        }
    }

    @Test
    void eachFaultOfTheFrameIsNamed() {
        var example = Wire.encode(Examples.updateChunk());
        assertMalformed(new byte[0], "0 bytes is shorter than its 10 byte frame");
        assertMalformed(Arrays.copyOf(example, 9), "9 bytes is shorter than its 10 byte frame");
        assertMalformed(new byte[4], "4 bytes is shorter than its 5 byte frame");
        assertMalformed(new byte[9], "in the frame of a schema registry (schema id 0)");
        assertMalformed(new byte[Wire.MAX_VALUE_BYTES + 1], "over the limit of 1047552");
        assertMalformed("{\"model\":\"main\"}".getBytes(StandardCharsets.UTF_8), "found 7B 22");
        var unknown = example.clone();
        Arrays.fill(unknown, 2, HEADER_BYTES, (byte) 0x5A);
        assertMalformed(unknown, "unknown schema fingerprint 5a5a5a5a5a5a5a5a");
    }

    @Test
    void textThatIsNotUtf8IsMalformed() {
        var example = Wire.encode(Examples.updateChunk());
        example[HEADER_BYTES + 1] = (byte) 0xFF; // in "main"

        assertMalformed(example, "not a valid UpdateChunk");
    }

    @Test
    void enumOutsideItsSymbolsIsMalformed() throws Exception {
        var body = new ByteArrayOutputStream();
        var encoder = encoder(body);
        encoder.writeString("main");
        encoder.writeInt(1);
        encoder.writeInt(1);
        encoder.writeLong(1);
        encoder.writeInt(0);
        encoder.writeEnum(Codec.values().length);
        encoder.flush();

        assertMalformed(framed(UpdateChunk.class, body.toByteArray()), "out of range");
    }

    @Test
    void arraysMayComeInBlocksWithOrWithoutSizes() throws Exception {
        var body = new ByteArrayOutputStream();
        var encoder = encoder(body);
        encoder.writeString("main");
        encoder.writeInt(1);
        encoder.writeString("median");
        encoder.writeLong(0); // no silos
        encoder.writeLong(0); // no uploads
        encoder.writeBoolean(true);
        encoder.writeLong(0); // no coefficients
        encoder.writeInt(2);
        encoder.writeLong(1);
        encoder.writeDouble(0.25);
        encoder.writeLong(-2); // two elements, their size follows
        encoder.writeLong(16);
        encoder.writeDouble(0.5);
        encoder.writeDouble(0.75);
        encoder.writeLong(0);
        encoder.writeLong(0); // no weights
        encoder.writeDouble(1); // factor
        encoder.writeLong(0); // selected
        encoder.writeDouble(0); // no noise
        encoder.writeLong(0); // measurements
        encoder.writeString("");
        encoder.flush();

        var decoded =
                Wire.decode(framed(RoundWeights.class, body.toByteArray()), RoundWeights.class);

        assertThat(decoded.mixing()).containsExactly(0.25, 0.5, 0.75);
        assertThat(decoded.silos()).isEmpty();
        assertThat(decoded.weights()).isEmpty();
    }

    @Test
    void arrayInBlocksOfOneElementCostsLinearMemory() throws Exception {
        int elements = 100_000;
        var body = new ByteArrayOutputStream();
        var encoder = encoder(body);
        encoder.writeString("");
        encoder.writeInt(1);
        encoder.writeString("");
        encoder.writeLong(0);
        encoder.writeLong(0);
        encoder.writeBoolean(true);
        encoder.writeLong(0);
        encoder.writeInt(0);
        for (int i = 0; i < elements; i++) {
            encoder.writeLong(1);
            encoder.writeDouble(i);
        }
        encoder.writeLong(0);
        encoder.writeLong(0);
        encoder.writeDouble(1); // factor
        encoder.writeLong(0); // selected
        encoder.writeDouble(0); // no noise
        encoder.writeLong(0); // measurements
        encoder.writeString("");
        encoder.flush();

        // Quadratic growth would take 40 GB.
        assertHarmless(framed(RoundWeights.class, body.toByteArray()), 64 * SMALL);
    }

    @Test
    void mostObjectsThatFitIntoOneValueStayAffordable() {
        var smallest = new TensorSpec("", List.of());
        var block = new Block("", Slot.WEIGHTS, Collections.nCopies(500_000, smallest));
        var version =
                new ModelVersion(
                        "",
                        0,
                        0,
                        "",
                        "",
                        new ModelLayout(List.of(block), 1),
                        Codec.F32,
                        new int[0],
                        new int[0],
                        "",
                        0,
                        0,
                        0,
                        0,
                        "",
                        "",
                        List.of(),
                        List.of());

        assertHarmless(Wire.encode(version), 200 * SMALL);
    }

    private static void assertMalformed(byte[] value, String message) {
        assertThatThrownBy(() -> Wire.decode(value))
                .isInstanceOf(MalformedRecordException.class)
                .hasMessageContaining(message);
    }

    private static void assertHarmless(byte[] value, long memory) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        try {
            Wire.decode(value);
        } catch (MalformedRecordException e) {
            assertThat(e).hasMessageNotContaining("null");
        }
        long taken = THREADS.getCurrentThreadAllocatedBytes() - before;
        assertThat(taken).as("memory taken").isLessThan(memory);
    }

    /** The start of {@code value}, the pieces in place of as many bytes, and its end. */
    private static byte[] splice(byte[] value, int position, byte[]... pieces) {
        var spliced = new ByteArrayOutputStream();
        spliced.write(value, 0, position);
        for (var piece : pieces) {
            spliced.writeBytes(piece);
        }
        int rest = Math.min(value.length, position + 1);
        spliced.write(value, rest, value.length - rest);
        return spliced.toByteArray();
    }

    private static byte[] varint(long value) {
        var bytes = new ByteArrayOutputStream();
        long zigzag = (value << 1) ^ (value >> 63);
        while ((zigzag & ~0x7FL) != 0) {
            bytes.write((int) (zigzag & 0x7F | 0x80));
            zigzag >>>= 7;
        }
        bytes.write((int) zigzag);
        return bytes.toByteArray();
    }

    private static BinaryEncoder encoder(ByteArrayOutputStream out) {
        return EncoderFactory.get().binaryEncoder(out, null);
    }

    private static byte[] framed(Class<? extends Record> type, byte[] body) {
        var example =
                Examples.all().stream().filter(type::isInstance).map(Wire::encode).findFirst();
        var value = Arrays.copyOf(example.orElseThrow(), HEADER_BYTES + body.length);
        System.arraycopy(body, 0, value, HEADER_BYTES, body.length);
        return value;
    }
}
