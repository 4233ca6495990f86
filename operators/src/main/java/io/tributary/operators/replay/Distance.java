package io.tributary.operators.replay;

/**
 * How far one version is from another that was made from the same base and published in the same
 * codec; summed over chunks, in float64.
 */
public final class Distance {

    private double difference;
    private double product;
    private double made;
    private double other;

    /**
     * Adds a chunk.
     *
     * @param chunk as it was made
     * @param published its parameters in the version to compare with
     */
    public void add(MadeChunk chunk, float[] published) {
        var values = chunk.published();
        for (int j = 0; j < published.length; j++) {
            double before = chunk.before()[j];
            double stepMade = values[j] - before;
            double stepPublished = published[j] - before;
            double apart = (double) values[j] - published[j];
            difference += apart * apart;
            product += stepMade * stepPublished;
            made += stepMade * stepMade;
            other += stepPublished * stepPublished;
        }
    }

    /** L2 norm of the difference of the two versions. */
    public double norm() {
        return Math.sqrt(difference);
    }

    /** {@link #norm()} in units of the published step; NaN if that is 0. */
    public double relative() {
        return other == 0 ? Double.NaN : Math.sqrt(difference / other);
    }

    /** Cosine of the two steps from the base; NaN if one of them is 0. */
    public double cosine() {
        return made == 0 || other == 0
                ? Double.NaN
                : product / (Math.sqrt(made) * Math.sqrt(other));
    }
}
