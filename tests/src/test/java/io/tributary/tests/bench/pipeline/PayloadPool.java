package io.tributary.tests.bench.pipeline;

import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.codec.Crc32c;
import io.tributary.schemas.codec.TensorCodec;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Random rows of deltas, fixed by a seed, encoded once and used over and over: what is measured is
 * what becomes of them, not how they are drawn. The rows of one chunk are different for all silos.
 */
final class PayloadPool {

    /** Size of a delta's values, as training of some hundred steps leaves them. */
    private static final double DEVIATION = 1e-3;

    private static final int LEAST = 16;

    /**
     * A row.
     *
     * @param payload its encoded values
     * @param squaredNorm of the values as they are decoded
     */
    record Row(byte[] payload, int crc32c, double squaredNorm) {}

    private final List<Row> rows = new ArrayList<>();

    /**
     * @param silos different rows that are needed at least
     * @param elements values of each
     */
    PayloadPool(int silos, int elements, Codec codec, long seed) {
        var random = new SplittableRandom(seed);
        var values = new float[elements];
        for (int i = 0; i < Math.max(LEAST, silos); i++) {
            for (int j = 0; j < elements; j++) {
                values[j] = (float) (DEVIATION * random.nextGaussian());
            }
            rows.add(row(codec, values));
        }
    }

    private static Row row(Codec codec, float[] values) {
        var payload = TensorCodec.encode(codec, FloatBuffer.wrap(values));
        var decoded = new float[values.length];
        TensorCodec.decode(codec, payload, decoded.length, decoded, 0);
        double squaredNorm = 0;
        for (float value : decoded) {
            squaredNorm += (double) value * value;
        }
        return new Row(payload, Crc32c.of(payload), squaredNorm);
    }

    /** What a silo sends for a chunk in a round. */
    Row row(int silo, int round, int chunk) {
        return rows.get((silo + 5 * chunk + 11 * round) % rows.size());
    }
}
