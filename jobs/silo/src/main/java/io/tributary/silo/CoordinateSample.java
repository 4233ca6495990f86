package io.tributary.silo;

import io.tributary.schemas.model.ParameterBuffer;
import io.tributary.silo.random.SplitMix64;

/**
 * Some coordinates of a vector as long as a model, the same ones of every model with its layout:
 * enough to estimate the angle between two directions, at a price that does not depend on the
 * model's size.
 *
 * <p>The vector is cut into {@link #SIZE} equal stretches, and one coordinate is taken of each, at
 * a place that was drawn once and for all. Places a fixed distance apart would lie in a few columns
 * of each matrix. The cosine of random directions is estimated to within about {@code 1 /
 * sqrt(SIZE)}, or 0.004.
 */
final class CoordinateSample {

    /** Coordinates taken; all of them of a vector that has no more. 256 KB as float32. */
    static final int SIZE = 65_536;

    private static final long SEED = 1;

    private final float[] values;

    private CoordinateSample(float[] values) {
        this.values = values;
    }

    /** The coordinates of a model's parameters; copies of them. */
    static CoordinateSample of(ParameterBuffer model) {
        var spans = model.layout().chunks();
        long elements = model.layout().elements();
        int size = (int) Math.min(SIZE, elements);
        var values = new float[size];
        var random = new SplitMix64(SEED);
        int c = 0;
        var chunk = model.chunk(c);
        for (int i = 0; i < size; i++) {
            long begin = i * elements / size;
            long end = (i + 1) * elements / size;
            long place = begin + random.nextInt(Math.toIntExact(end - begin));
            while (place >= spans.get(c).offset() + spans.get(c).elements()) {
                c++;
                chunk = model.chunk(c);
            }
            values[i] = chunk.get((int) (place - spans.get(c).offset()));
        }
        return new CoordinateSample(values);
    }

    /**
     * The coordinates of the difference.
     *
     * @throws IllegalArgumentException if the other is of a model of another size
     */
    CoordinateSample minus(CoordinateSample other) {
        requireAsMany(other);
        var difference = new float[values.length];
        for (int i = 0; i < difference.length; i++) {
            difference[i] = values[i] - other.values[i];
        }
        return new CoordinateSample(difference);
    }

    /**
     * The cosine of the angle between two directions, from -1 to 1; 0 if one of them is zero, or
     * has a value that is not finite.
     *
     * @throws IllegalArgumentException if the other is of a model of another size
     */
    double cosine(CoordinateSample other) {
        requireAsMany(other);
        double product = 0;
        double squares = 0;
        double otherSquares = 0;
        for (int i = 0; i < values.length; i++) {
            product += (double) values[i] * other.values[i];
            squares += (double) values[i] * values[i];
            otherSquares += (double) other.values[i] * other.values[i];
        }
        double cosine = product / (Math.sqrt(squares) * Math.sqrt(otherSquares));
        return Double.isFinite(cosine) ? Math.max(-1, Math.min(1, cosine)) : 0;
    }

    private void requireAsMany(CoordinateSample other) {
        if (other.values.length != values.length) {
            throw new IllegalArgumentException(
                    "samples of models of different sizes: %s and %s coordinates"
                            .formatted(values.length, other.values.length));
        }
    }
}
