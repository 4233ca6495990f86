package io.tributary.operators.kernel;

/**
 * One step of an optimizer on a tile of coordinates, each of which moves by itself. Arithmetic is
 * in float64; moments are rounded to float32 before the parameters move, and so are parameters when
 * they have.
 */
public interface TileStep {

    /**
     * Replaces the moments by the next.
     *
     * @param moments {@code [moments][>= count]}
     * @param gradient {@code [>= count]}, read only
     */
    void updateMoments(double[][] moments, double[] gradient, int count);

    /**
     * Moves the parameters.
     *
     * @param parameters {@code [>= count]}
     * @param moments the next ones, rounded; read only
     * @param gradient {@code [>= count]}, read only
     */
    void move(double[] parameters, double[][] moments, double[] gradient, int count);
}
