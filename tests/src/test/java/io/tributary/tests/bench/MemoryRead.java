package io.tributary.tests.bench;

/**
 * The plain loop that every kernel is compared with: reads floats from end to end and adds them up.
 *
 * <p>With a single accumulator every addition waits for the one before, and the loop would measure
 * that; eight keep the memory busy. (An {@code int} sum, which HotSpot vectorises, reads no
 * faster.)
 */
final class MemoryRead {

    private MemoryRead() {}

    static float sum(float[][] arrays) {
        float sum = 0;
        for (var array : arrays) {
            sum += sum(array);
        }
        return sum;
    }

    private static float sum(float[] x) {
        float a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0;
        int j = 0;
        for (; j + 8 <= x.length; j += 8) {
            a += x[j];
            b += x[j + 1];
            c += x[j + 2];
            d += x[j + 3];
            e += x[j + 4];
            f += x[j + 5];
            g += x[j + 6];
            h += x[j + 7];
        }
        float sum = a + b + c + d + e + f + g + h;
        for (; j < x.length; j++) {
            sum += x[j];
        }
        return sum;
    }
}
