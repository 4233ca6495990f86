package io.tributary.silo.random;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * A small random generator whose bits depend on its seed alone: the state is a counter with a fixed
 * odd increment, the output a bijective mix of it. Used where a federation must agree on random
 * numbers, so it is written out here instead of taken from a library that may change.
 *
 * <p>Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014,
 * with the output mix Stafford variant 13.
 *
 * <p>Not thread-safe.
 */
public final class SplitMix64 {

    private static final long INCREMENT = 0x9E3779B97F4A7C15L;

    private long state;
    private double spareGaussian = Double.NaN;

    public SplitMix64(long seed) {
        state = seed;
    }

    /**
     * A generator for one place in a tree of random decisions, for instance (seed, epoch).
     * Different keys give unrelated streams.
     */
    public static SplitMix64 keyed(long seed, long... keys) {
        long hash = mix(seed + INCREMENT);
        for (long key : keys) {
            hash = mix(hash + INCREMENT) ^ mix(key + INCREMENT);
        }
        return new SplitMix64(hash);
    }

    /** A key made of text: the first eight bytes, big-endian, of its SHA-256. */
    public static long key(String text) {
        try {
            var sha = MessageDigest.getInstance("SHA-256");
            return ByteBuffer.wrap(sha.digest(text.getBytes(StandardCharsets.UTF_8))).getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    public long nextLong() {
        state += INCREMENT;
        return mix(state);
    }

    /** Uniform in [0, 1), with 53 random bits. */
    public double nextDouble() {
        return (nextLong() >>> 11) * 0x1p-53;
    }

    /** Uniform in 0 to {@code bound - 1}, without bias. */
    public int nextInt(int bound) {
        if (bound < 1) {
            throw new IllegalArgumentException("bound must be at least 1, got " + bound);
        }
        while (true) {
            long bits = nextLong() >>> 1;
            long value = bits % bound;
            if (bits - value + (bound - 1) >= 0) { // else in the last, incomplete run of values
                return (int) value;
            }
        }
    }

    /**
     * Standard normal, by Marsaglia's polar method in strict arithmetic, so that the bits do not
     * depend on a platform's logarithm.
     */
    public double nextGaussian() {
        if (!Double.isNaN(spareGaussian)) {
            double value = spareGaussian;
            spareGaussian = Double.NaN;
            return value;
        }
        while (true) {
            double x = 2 * nextDouble() - 1;
            double y = 2 * nextDouble() - 1;
            double square = x * x + y * y;
            if (square > 0 && square < 1) {
                double scale = StrictMath.sqrt(-2 * StrictMath.log(square) / square);
                spareGaussian = y * scale;
                return x * scale;
            }
        }
    }

    /** The numbers 0 to {@code size - 1} in random order (Fisher-Yates). */
    public int[] permutation(int size) {
        var order = new int[size];
        for (int i = 0; i < size; i++) {
            int j = nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }

    private static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
