package io.tributary.operators.privacy;

import static io.tributary.operators.Preconditions.checkArgument;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.tributary.operators.rule.NoiseSource;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Gaussian noise that only the holder of a secret can tell from chance, and can make again.
 *
 * <p>Every question has a key of its own, {@code HMAC-SHA256(secret, question)}, and its noise is
 * the key stream of AES-256 in counter mode under that key: 53 bits of it are a uniform number, two
 * of those make two normal ones (Box and Muller, 1958). A question is the model, the round, the
 * chunk or purpose, the deviation, and the values themselves. So the same calculation repeated has
 * the same bits, and no two calculations share their noise, also if a round is made again from
 * other rows, a model line starts anew, or the deviation of the plan changes.
 *
 * <p>The arithmetic is that of {@link StrictMath}: the same bits on every machine. Noise is finite:
 * no number is beyond 8.6 deviations, where one in 10^17 would be. As everywhere that real numbers
 * are float64, the guarantee is that of the exact mechanism; the lowest bits of a result are not
 * designed to withstand an analysis of their own.
 *
 * <p>Cost: about as much as hashing and encrypting 8 bytes, plus a logarithm, per value.
 * Thread-safe. It does not reveal its secret: not in its name, nor in its errors.
 */
public final class SecretNoise implements NoiseSource {

    /** Fewest bytes of a secret. */
    public static final int SECRET_BYTES = 32;

    private static final int BLOCK_BYTES = 8192;
    private static final double UNIT = 0x1p-53;
    private static final byte SCALAR = 1;
    private static final byte CHUNK = 2;

    private final SecretKeySpec secret;
    private final byte[] model;

    /**
     * @param secret at least {@link #SECRET_BYTES} bytes from a cryptographic random source; copied
     * @param model whose noise it is
     */
    public SecretNoise(byte[] secret, String model) {
        checkArgument(
                secret.length >= SECRET_BYTES,
                "the noise secret has %s bytes, fewer than %s: anybody could try them all; draw it"
                        + " for instance with 'openssl rand -hex %s'",
                secret.length,
                SECRET_BYTES,
                SECRET_BYTES);
        this.secret = new SecretKeySpec(secret, "HmacSHA256");
        this.model = model.getBytes(UTF_8);
    }

    @Override
    public double scalar(int round, String purpose) {
        var question = question(SCALAR, round);
        question.update(purpose.getBytes(UTF_8));
        var value = new double[1];
        add(value, 1, question.doFinal());
        return value[0];
    }

    @Override
    public void addTo(double[] values, double deviation, int round, int chunk) {
        checkArgument(
                deviation > 0 && Double.isFinite(deviation),
                "the deviation of noise must be above 0 and finite, got %s",
                deviation);
        var question = question(CHUNK, round);
        question.update(ByteBuffer.allocate(12).putInt(chunk).putDouble(deviation).flip());
        update(question, values);
        add(values, deviation, question.doFinal());
    }

    /** The beginning of a question; what follows has a fixed length or is the end. */
    private Mac question(byte kind, int round) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(secret);
            mac.update(
                    ByteBuffer.allocate(9 + model.length)
                            .putInt(model.length)
                            .put(model)
                            .put(kind)
                            .putInt(round)
                            .flip());
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime has no HMAC-SHA256", e);
        }
    }

    private static void update(Mac question, double[] values) {
        var block = ByteBuffer.allocate(BLOCK_BYTES);
        for (double value : values) {
            if (!block.hasRemaining()) {
                question.update(block.flip());
                block.clear();
            }
            block.putDouble(value);
        }
        question.update(block.flip());
    }

    private static void add(double[] values, double deviation, byte[] key) {
        var cipher = keyStream(key);
        var zeros = new byte[BLOCK_BYTES];
        var random = ByteBuffer.wrap(new byte[0]);
        for (int j = 0; j < values.length; j += 2) {
            if (!random.hasRemaining()) {
                random = ByteBuffer.wrap(cipher.update(zeros));
            }
            double radius =
                    deviation
                            * StrictMath.sqrt(
                                    -2 * StrictMath.log(((random.getLong() >>> 11) + 1) * UNIT));
            double angle = 2 * StrictMath.PI * ((random.getLong() >>> 11) * UNIT);
            values[j] += radius * StrictMath.cos(angle);
            if (j + 1 < values.length) {
                values[j + 1] += radius * StrictMath.sin(angle);
            }
        }
        Arrays.fill(key, (byte) 0);
    }

    private static Cipher keyStream(byte[] key) {
        try {
            var cipher = Cipher.getInstance("AES/CTR/NoPadding");
            cipher.init(
                    Cipher.ENCRYPT_MODE,
                    new SecretKeySpec(key, "AES"),
                    new IvParameterSpec(new byte[16]));
            return cipher;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime has no AES-256 in counter mode", e);
        }
    }
}
