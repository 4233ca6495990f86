package io.tributary.operators.rule;

/**
 * Secret Gaussian noise. The same round and place give the same noise however often it is asked
 * for, so that a calculation that is done again after a failure does not publish a second sample.
 */
public interface NoiseSource {

    /** A standard normal number of this round that is used for nothing else. */
    double scalar(int round, String purpose);

    /** Adds independent normal noise of this standard deviation to every value of a chunk. */
    void addTo(double[] values, double deviation, int round, int chunk);
}
