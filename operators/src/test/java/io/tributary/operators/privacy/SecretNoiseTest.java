package io.tributary.operators.privacy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class SecretNoiseTest {

    private static final int MANY = 1 << 17;
    private static final byte[] SECRET = secret(1);

    private final SecretNoise noise = new SecretNoise(SECRET, "main");

    @Test
    void hasTheMomentsOfANormalNumber() {
        double[] x = drawn(noise, 1, 0);
        assertThat(moment(x, 1)).isCloseTo(0, within(4 / Math.sqrt(MANY)));
        assertThat(moment(x, 2)).isCloseTo(1, within(4 * Math.sqrt(2.0 / MANY)));
        assertThat(moment(x, 3)).isCloseTo(0, within(4 * Math.sqrt(15.0 / MANY)));
        assertThat(moment(x, 4)).isCloseTo(3, within(4 * Math.sqrt(96.0 / MANY)));
    }

    @Test
    void hasTheDistributionOfANormalNumber() {
        double[] x = drawn(noise, 1, 0);
        Arrays.sort(x);
        double distance = 0;
        for (int i = 0; i < MANY; i++) {
            double p = normal(x[i]);
            distance = Math.max(distance, Math.max((i + 1.0) / MANY - p, p - (double) i / MANY));
        }
        // Kolmogorov and Smirnov: 1.63 at the level of 1 in 100
        assertThat(Math.sqrt(MANY) * distance).isLessThan(1.63);
    }

    @Test
    void scalarsAreNormalToo() {
        var x = new double[1000];
        for (int i = 0; i < x.length; i++) {
            x[i] = noise.scalar(i, "share");
        }
        assertThat(moment(x, 1)).isCloseTo(0, within(4 / Math.sqrt(x.length)));
        assertThat(moment(x, 2)).isCloseTo(1, within(4 * Math.sqrt(2.0 / x.length)));
        assertThat(noise.scalar(1, "share")).isEqualTo(x[1]).isNotEqualTo(noise.scalar(1, "sum"));
    }

    @Test
    void theSameQuestionHasTheSameBits() {
        double[] again = drawn(new SecretNoise(SECRET.clone(), "main"), 1, 0);
        assertThat(again).isEqualTo(drawn(noise, 1, 0));
        assertThat(new SecretNoise(SECRET, "main").scalar(3, "share"))
                .isEqualTo(noise.scalar(3, "share"));
    }

    @Test
    void otherSecretsModelsRoundsChunksAndNeighboursAreIndependent() {
        double[] x = drawn(noise, 1, 0);
        Map<String, double[]> others = new HashMap<>();
        others.put("round", drawn(noise, 2, 0));
        others.put("chunk", drawn(noise, 1, 1));
        others.put("round and chunk changed for each other", drawn(noise, 0, 1));
        others.put("model", drawn(new SecretNoise(SECRET, "other"), 1, 0));
        others.put("secret", drawn(new SecretNoise(secret(2), "main"), 1, 0));
        for (int lag = 1; lag <= 3; lag++) {
            double[] shifted = new double[MANY];
            for (int j = 0; j < MANY; j++) {
                shifted[j] = x[(j + lag) % MANY];
            }
            others.put("lag " + lag, shifted);
        }
        others.forEach(
                (what, y) ->
                        assertThat(correlation(x, y))
                                .as(what)
                                .isCloseTo(0, within(4 / Math.sqrt(MANY))));
    }

    @Test
    void otherRowsInTheSameRoundHaveOtherNoise() {
        // Published twice, the difference must not be that of the rows alone.
        double[] one = new double[MANY];
        double[] other = new double[MANY];
        other[MANY - 1] = 1e-9;
        double[] louder = new double[MANY];
        noise.addTo(one, 1, 1, 0);
        noise.addTo(other, 1, 1, 0);
        noise.addTo(louder, 2, 1, 0);
        assertThat(correlation(one, other)).isCloseTo(0, within(4 / Math.sqrt(MANY)));
        assertThat(correlation(one, louder)).isCloseTo(0, within(4 * 2 / Math.sqrt(MANY)));
    }

    @Test
    void isAddedAtItsDeviation() {
        var values = new double[MANY];
        Arrays.fill(values, 100);
        noise.addTo(values, 0.25, 1, 0);
        double sum = 0;
        double squares = 0;
        for (double value : values) {
            sum += value - 100;
            squares += (value - 100) * (value - 100);
        }
        assertThat(sum / MANY).isCloseTo(0, within(1 / Math.sqrt(MANY)));
        assertThat(Math.sqrt(squares / MANY)).isCloseTo(0.25, within(0.002));
    }

    @Test
    void isTheKeyStreamOfTheHashedQuestion() throws Exception {
        double[] values = {1, -2, 3};
        var question = ByteBuffer.allocate(4 + 4 + 1 + 4 + 4 + 8 + 3 * 8);
        question.putInt(4).put("main".getBytes(UTF_8)).put((byte) 2).putInt(7).putInt(5);
        question.putDouble(0.5).putDouble(1).putDouble(-2).putDouble(3);
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(SECRET, "HmacSHA256"));
        var cipher = Cipher.getInstance("AES/CTR/NoPadding");
        cipher.init(
                Cipher.ENCRYPT_MODE,
                new SecretKeySpec(mac.doFinal(question.array()), "AES"),
                new IvParameterSpec(new byte[16]));
        var stream = ByteBuffer.wrap(cipher.update(new byte[32])).asLongBuffer();
        var uniform = new double[4];
        for (int k = 0; k < 4; k++) {
            uniform[k] = (stream.get(k) >>> 11) / 0x1p53;
        }
        double first = Math.sqrt(-2 * Math.log(uniform[0] + 0x1p-53));
        double second = Math.sqrt(-2 * Math.log(uniform[2] + 0x1p-53));

        noise.addTo(values, 0.5, 7, 5);

        assertThat(values[0])
                .isCloseTo(1 + 0.5 * first * Math.cos(2 * Math.PI * uniform[1]), within(1e-12));
        assertThat(values[1])
                .isCloseTo(-2 + 0.5 * first * Math.sin(2 * Math.PI * uniform[1]), within(1e-12));
        assertThat(values[2])
                .isCloseTo(3 + 0.5 * second * Math.cos(2 * Math.PI * uniform[3]), within(1e-12));
    }

    @Test
    void doesNotShowItsSecret() {
        assertThat(noise.toString()).doesNotContain(HexFormat.of().formatHex(SECRET));
        assertThatThrownBy(() -> new SecretNoise("hunter2".getBytes(UTF_8), "main"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the noise secret has 7 bytes, fewer than 32")
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void refusesADeviationThatIsNone() {
        for (double deviation : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> noise.addTo(new double[1], deviation, 1, 0))
                    .hasMessageContaining("deviation of noise must be above 0 and finite");
        }
    }

    private static byte[] secret(int seed) {
        var secret = new byte[SecretNoise.SECRET_BYTES];
        Arrays.fill(secret, (byte) seed);
        return secret;
    }

    private static double[] drawn(SecretNoise noise, int round, int chunk) {
        var values = new double[MANY];
        noise.addTo(values, 1, round, chunk);
        return values;
    }

    private static double moment(double[] x, int order) {
        return Arrays.stream(x).map(v -> Math.pow(v, order)).sum() / x.length;
    }

    private static double correlation(double[] x, double[] y) {
        double sum = 0;
        for (int j = 0; j < x.length; j++) {
            sum += x[j] * y[j];
        }
        return sum / x.length;
    }

    /** The normal distribution function by its power series (Marsaglia, 2004). */
    private static double normal(double x) {
        double term = x;
        double sum = x;
        for (int k = 3; k < 200; k += 2) {
            term *= x * x / k;
            sum += term;
        }
        return 0.5 + sum * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
    }
}
