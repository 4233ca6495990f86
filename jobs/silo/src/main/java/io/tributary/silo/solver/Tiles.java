package io.tributary.silo.solver;

import io.tributary.schemas.model.ModelLayout;
import io.tributary.schemas.model.ParameterBuffer;
import java.nio.FloatBuffer;
import java.util.List;

/**
 * Walks several models of one layout together, a small tile at a time, through heap arrays: copying
 * a tile in and out costs a fraction of the arithmetic, and only loops over arrays with one common
 * index are compiled to vector instructions.
 */
final class Tiles {

    private static final int TILE = 4096;

    private Tiles() {}

    /** Arithmetic on one tile. */
    @FunctionalInterface
    interface Kernel {
        /**
         * @param tile {@code [models][TILE]}, of which the first {@code length} values count
         * @param length values in this tile
         * @param matrix whether the tensor has two or more dimensions
         */
        void apply(float[][] tile, int length, boolean matrix);
    }

    /**
     * Runs a kernel over all values.
     *
     * @param models of one layout
     * @param written the first so many models are written back
     */
    static void forEach(
            ModelLayout layout, List<ParameterBuffer> models, int written, Kernel kernel) {
        var tile = new float[models.size()][TILE];
        var views = new FloatBuffer[models.size()];
        for (var block : layout.blocks()) {
            for (var tensor : block.tensors()) {
                for (int i = 0; i < views.length; i++) {
                    views[i] = models.get(i).tensor(tensor.name()).asFloatBuffer();
                }
                boolean matrix = tensor.shape().size() > 1;
                int elements = views[0].capacity();
                for (int start = 0; start < elements; start += TILE) {
                    int length = Math.min(TILE, elements - start);
                    for (int i = 0; i < views.length; i++) {
                        views[i].get(start, tile[i], 0, length);
                    }
                    kernel.apply(tile, length, matrix);
                    for (int i = 0; i < written; i++) {
                        views[i].put(start, tile[i], 0, length);
                    }
                }
            }
        }
    }
}
