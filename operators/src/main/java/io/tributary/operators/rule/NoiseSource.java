package io.tributary.operators.rule;

/**
 * Secret Gaussian noise. The same question gives the same noise however often it is asked, so that
 * a calculation that is done again after a failure does not publish a second sample; any other
 * question gives noise that is independent of it. The numbers that the noise hides are part of the
 * question: if a round is done again with other rows, what is published twice must not differ by
 * the rows alone.
 */
public interface NoiseSource {

    /**
     * A standard normal number.
     *
     * @param purpose what for, with the number that it is to hide
     */
    double scalar(int round, String purpose);

    /**
     * Adds independent normal noise to every value of a chunk.
     *
     * @param values what is to be hidden; changed in place
     * @param deviation standard deviation, above 0
     */
    void addTo(double[] values, double deviation, int round, int chunk);
}
