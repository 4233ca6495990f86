package io.tributary.operators.kernel;

import org.jspecify.annotations.Nullable;

/**
 * A sum of equally long vectors, one per chunk, that has the same bits in whatever order they come:
 * the additions are those of a fixed binary tree over the chunks. Partial sums wait for their
 * sibling; with chunks that come roughly in order only a few do.
 *
 * <p>Pairwise summation also keeps the rounding error at O(log n) additions.
 */
public final class PairwiseSum {

    private final int chunks;

    /**
     * @param chunks how many vectors there will be
     */
    public PairwiseSum(int chunks) {
        this.chunks = chunks;
    }

    /**
     * Where partial sums wait.
     *
     * @param <E> how it fails
     */
    public interface Nodes<E extends Exception> {
        /** Takes out what waits at a node; null if nothing does. */
        double @Nullable [] take(long node) throws E;

        void put(long node, double[] sum) throws E;
    }

    /**
     * Adds the vector of one chunk.
     *
     * @return the whole sum if this was the last one, else null
     */
    public <E extends Exception> double @Nullable [] add(int chunk, double[] vector, Nodes<E> nodes)
            throws E {
        int level = 0;
        int index = chunk;
        int width = chunks;
        var sum = vector;
        while (width > 1) {
            int sibling = index ^ 1;
            if (sibling < width) {
                var other = nodes.take(node(level, sibling));
                if (other == null) {
                    nodes.put(node(level, index), sum);
                    return null;
                }
                sum = plus(sum, other);
            }
            index >>= 1;
            width = (width + 1) >> 1;
            level++;
        }
        return sum;
    }

    private static long node(int level, int index) {
        return (long) level << 32 | index;
    }

    /** Adding two numbers is commutative to the last bit; only grouping matters. */
    private static double[] plus(double[] a, double[] b) {
        var sum = new double[a.length];
        for (int i = 0; i < sum.length; i++) {
            sum[i] = a[i] + b[i];
        }
        return sum;
    }
}
