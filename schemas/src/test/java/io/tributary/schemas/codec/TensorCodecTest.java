package io.tributary.schemas.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class TensorCodecTest {

    private static final float INFINITY = Float.POSITIVE_INFINITY;

    /** A half-width format, by the numbers of its definition alone. */
    record Format(Codec codec, int fractionBits, int smallestExponent, int largestExponent) {

        int unit() {
            return 1 << fractionBits;
        }

        /** The magnitudes of all finite patterns, in order, and what would follow as 2^(e+1). */
        double magnitude(int pattern) {
            int exponent = pattern >> fractionBits;
            int fraction = pattern & (unit() - 1);
            int scale = Math.max(exponent, 1) - 1 + smallestExponent;
            double significand = (exponent == 0 ? 0 : 1) + (double) fraction / unit();
            return significand * Math.scalb(1.0, scale);
        }

        int infinity() {
            return (largestExponent - smallestExponent + 2) << fractionBits;
        }

        /** The pattern nearest to a magnitude, found by search and compared in float64. */
        int nearest(double magnitude) {
            int low = 0;
            int high = infinity();
            while (high - low > 1) {
                int middle = (low + high) >>> 1;
                if (magnitude(middle) <= magnitude) {
                    low = middle;
                } else {
                    high = middle;
                }
            }
            double below = magnitude - magnitude(low);
            double above = magnitude(high) - magnitude;
            if (below == above) {
                return low % 2 == 0 ? low : high;
            }
            return below < above ? low : high;
        }
    }

    private static final Format BF16 = new Format(Codec.BF16, 7, -126, 127);
    private static final Format F16 = new Format(Codec.F16, 10, -14, 15);

    static Stream<Format> halfWidth() {
        return Stream.of(BF16, F16);
    }

    @ParameterizedTest
    @MethodSource("halfWidth")
    void everyPatternComesBackAsItWas(Format format) {
        var payload = new byte[2 * 65536];
        var patterns = ByteBuffer.wrap(payload).order(ByteOrder.LITTLE_ENDIAN).asShortBuffer();
        for (int pattern = 0; pattern < 65536; pattern++) {
            patterns.put(pattern, (short) pattern);
        }

        var values = new float[65536];
        TensorCodec.decode(format.codec(), payload, values.length, values, 0);

        assertThat(TensorCodec.encode(format.codec(), FloatBuffer.wrap(values))).isEqualTo(payload);
    }

    @ParameterizedTest
    @EnumSource(names = "F64", mode = EnumSource.Mode.EXCLUDE)
    void anArrayHasTheBytesOfABuffer(Codec codec) {
        var values = new float[5_000];
        var random = new Random(1);
        for (int i = 0; i < values.length; i++) {
            values[i] = Float.intBitsToFloat(random.nextInt());
        }
        assertThat(TensorCodec.encode(codec, values))
                .isEqualTo(TensorCodec.encode(codec, FloatBuffer.wrap(values)));
    }

    @ParameterizedTest
    @MethodSource("halfWidth")
    void everyPatternHasTheValueOfItsDefinition(Format format) {
        for (int pattern = 0; pattern < 0x8000; pattern++) {
            float positive = decode(format.codec(), pattern);
            float negative = decode(format.codec(), pattern | 0x8000);
            if (pattern < format.infinity()) {
                assertThat((double) positive).isEqualTo(format.magnitude(pattern));
                assertThat((double) negative).isEqualTo(-format.magnitude(pattern));
            } else if (pattern == format.infinity()) {
                assertThat(positive).isEqualTo(INFINITY);
                assertThat(negative).isEqualTo(-INFINITY);
            } else {
                assertThat(positive).isNaN();
                assertThat(negative).isNaN();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("halfWidth")
    void tiesGoToTheEvenNeighbourAndTheirNeighboursToTheNearest(Format format) {
        // Halfway between every two neighbours, the last one being halfway to infinity.
        for (int pattern = 0; pattern < format.infinity(); pattern++) {
            double middle = (format.magnitude(pattern) + format.magnitude(pattern + 1)) / 2;
            float tie = (float) middle;
            assertThat((double) tie).isEqualTo(middle);
            int even = pattern + pattern % 2;
            for (int sign : new int[] {0, 0x8000}) {
                float side = sign == 0 ? 1 : -1;
                assertThat(encode(format.codec(), side * tie)).isEqualTo(sign | even);
                assertThat(encode(format.codec(), side * Math.nextDown(tie)))
                        .isEqualTo(sign | pattern);
                assertThat(encode(format.codec(), side * Math.nextUp(tie)))
                        .isEqualTo(sign | pattern + 1);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("halfWidth")
    void anyFloatGoesToTheNearestPattern(Format format) {
        var random = new Random(17);
        for (int i = 0; i < 100_000; i++) {
            // Every second one near the format's own range, subnormals included.
            float value =
                    i % 2 == 0
                            ? Float.intBitsToFloat(random.nextInt() & 0x7FFF_FFFF)
                            : (float) Math.scalb(random.nextDouble(), random.nextInt(45) - 27);
            if (Float.isFinite(value)) {
                assertThat(encode(format.codec(), value)).isEqualTo(format.nearest(value));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("halfWidth")
    void everyNanStaysNanAndKeepsItsSign(Format format) {
        for (int bits : new int[] {0x7F80_0001, 0x7FC0_0000, 0x7FFF_FFFF, 0xFF80_0001}) {
            int pattern = encode(format.codec(), Float.intBitsToFloat(bits));
            assertThat(decode(format.codec(), pattern)).isNaN();
            assertThat(pattern >>> 15).isEqualTo(bits >>> 31);
        }
    }

    @Test
    void knownValuesOfF16() {
        assertThat(encode(Codec.F16, 1)).isEqualTo(0x3C00);
        assertThat(encode(Codec.F16, -2)).isEqualTo(0xC000);
        assertThat(encode(Codec.F16, 65504)).isEqualTo(0x7BFF);
        assertThat(encode(Codec.F16, 65519.996f)).isEqualTo(0x7BFF);
        assertThat(encode(Codec.F16, 65520)).isEqualTo(0x7C00);
        assertThat(encode(Codec.F16, 1e30f)).isEqualTo(0x7C00);
        assertThat(encode(Codec.F16, -INFINITY)).isEqualTo(0xFC00);
        assertThat(encode(Codec.F16, 0x1p-24f)).isEqualTo(0x0001);
        assertThat(encode(Codec.F16, 0x1p-25f)).isEqualTo(0x0000);
        assertThat(encode(Codec.F16, Math.nextUp(0x1p-25f))).isEqualTo(0x0001);
        assertThat(encode(Codec.F16, -0.0f)).isEqualTo(0x8000);
    }

    @Test
    void knownValuesOfBf16() {
        assertThat(encode(Codec.BF16, 1)).isEqualTo(0x3F80);
        assertThat(encode(Codec.BF16, -2)).isEqualTo(0xC000);
        assertThat(encode(Codec.BF16, 3.140625f)).isEqualTo(0x4049);
        assertThat(encode(Codec.BF16, Float.MAX_VALUE)).isEqualTo(0x7F80);
        assertThat(encode(Codec.BF16, Float.MIN_VALUE)).isEqualTo(0x0000);
        assertThat(encode(Codec.BF16, -0.0f)).isEqualTo(0x8000);
    }

    @Test
    void f32KeepsEveryBitLittleEndian() {
        int[] bits = {0x3F80_0000, 0x8000_0000, 0x7F80_0001, 0xFFC1_2345, 0x0000_0001};
        var values = new float[bits.length];
        for (int i = 0; i < bits.length; i++) {
            values[i] = Float.intBitsToFloat(bits[i]);
        }

        var payload = TensorCodec.encode(Codec.F32, FloatBuffer.wrap(values));

        assertThat(payload).startsWith(0, 0, 0x80, 0x3F);
        var decoded = new float[bits.length];
        TensorCodec.decode(Codec.F32, payload, bits.length, decoded, 0);
        for (int i = 0; i < bits.length; i++) {
            assertThat(Float.floatToRawIntBits(decoded[i])).isEqualTo(bits[i]);
        }
    }

    @ParameterizedTest
    @EnumSource(value = Codec.class, names = "F64", mode = EnumSource.Mode.EXCLUDE)
    void arraysAndBuffersOfEveryKindGiveTheSame(Codec codec) {
        int elements = 2_500; // more than two tiles
        var values = new float[elements];
        var random = new Random(3);
        for (int i = 0; i < elements; i++) {
            values[i] = (float) random.nextGaussian();
        }
        var payload = TensorCodec.encode(codec, FloatBuffer.wrap(values));
        var expected = new float[elements];
        TensorCodec.decode(codec, payload, elements, expected, 0);

        for (var order : new ByteOrder[] {ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN}) {
            var bytes = ByteBuffer.allocateDirect((elements + 3) * Float.BYTES).order(order);
            var buffer = bytes.asFloatBuffer().position(2);
            TensorCodec.decode(codec, payload, elements, buffer);

            assertThat(buffer.position()).isEqualTo(2);
            assertThat(buffer.get(1)).isZero();
            assertThat(buffer.get(elements + 2)).isZero();
            var window = buffer.slice(2, elements);
            assertThat(window).isEqualTo(FloatBuffer.wrap(expected));
            assertThat(TensorCodec.encode(codec, window)).isEqualTo(payload);
            assertThat(window.position()).isZero();
        }

        var target = new float[elements + 2];
        TensorCodec.decode(codec, payload, elements, target, 1);
        assertThat(target).startsWith(0).endsWith(0);
        assertThat(FloatBuffer.wrap(target, 1, elements)).isEqualTo(FloatBuffer.wrap(expected));
    }

    @ParameterizedTest
    @EnumSource(value = Codec.class, names = "F64", mode = EnumSource.Mode.EXCLUDE)
    void aRangeIsDecodedAsInTheWhole(Codec codec) {
        var values = new float[100];
        for (int i = 0; i < values.length; i++) {
            values[i] = i - 50;
        }
        var payload = TensorCodec.encode(codec, FloatBuffer.wrap(values));
        var target = new float[20];

        TensorCodec.decode(codec, payload, 37, 9, target, 4);

        assertThat(target[3]).isZero();
        assertThat(FloatBuffer.wrap(target, 4, 9)).isEqualTo(FloatBuffer.wrap(values, 37, 9));
        assertThat(target[13]).isZero();
        TensorCodec.decode(codec, payload, 100, 0, target, 20);
    }

    @ParameterizedTest
    @EnumSource(value = Codec.class, names = "F64", mode = EnumSource.Mode.EXCLUDE)
    void aRangeThatIsNotThereIsRefused(Codec codec) {
        var payload = new byte[codec.encodedBytes(4)];
        int[][] ranges = {{-1, 2}, {0, -1}, {0, 5}, {3, 2}, {5, 0}, {1, Integer.MAX_VALUE}};
        for (int[] range : ranges) {
            assertThatIllegalArgumentException()
                    .isThrownBy(
                            () ->
                                    TensorCodec.decode(
                                            codec, payload, range[0], range[1], new float[9], 0))
                    .withMessageContaining("of 4 values");
        }
        for (int offset : new int[] {-1, 3}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(
                            () -> TensorCodec.decode(codec, payload, 1, 2, new float[4], offset))
                    .withMessageContaining("do not fit");
        }
    }

    @ParameterizedTest
    @EnumSource(value = Codec.class, names = "F64", mode = EnumSource.Mode.EXCLUDE)
    void payloadOfAnotherLengthIsRefused(Codec codec) {
        var payload = new byte[codec.encodedBytes(4)];
        for (int elements : new int[] {-1, 0, 3, 5, Integer.MAX_VALUE}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> TensorCodec.decode(codec, payload, elements, new float[8], 0))
                    .withMessageContaining("not %s values".formatted(elements));
            assertThatIllegalArgumentException()
                    .isThrownBy(
                            () ->
                                    TensorCodec.decode(
                                            codec, payload, elements, FloatBuffer.allocate(8)));
        }
    }

    @ParameterizedTest
    @EnumSource(value = Codec.class, names = "F64", mode = EnumSource.Mode.EXCLUDE)
    void targetWithoutRoomIsRefused(Codec codec) {
        var payload = new byte[codec.encodedBytes(4)];
        for (int offset : new int[] {-1, 1, 9}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> TensorCodec.decode(codec, payload, 4, new float[4], offset));
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TensorCodec.decode(codec, payload, 4, FloatBuffer.allocate(3)));
    }

    private static int encode(Codec codec, float value) {
        var payload = TensorCodec.encode(codec, FloatBuffer.wrap(new float[] {value}));
        return (payload[0] & 0xFF) | (payload[1] & 0xFF) << 8;
    }

    private static float decode(Codec codec, int pattern) {
        var value = new float[1];
        byte[] payload = {(byte) pattern, (byte) (pattern >>> 8)};
        TensorCodec.decode(codec, payload, 1, value, 0);
        return value[0];
    }
}
