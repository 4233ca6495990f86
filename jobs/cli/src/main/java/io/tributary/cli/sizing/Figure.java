package io.tributary.cli.sizing;

/**
 * One figure of a {@link Sizing}.
 *
 * @param section what it is about, in a word or two
 * @param key its name in JSON, with its unit
 * @param name its name for people
 * @param value the figure; seconds for times
 * @param unit what it is counted in
 * @param formula how it comes about, in the words of the page
 */
public record Figure(
        String section, String key, String name, double value, Unit unit, String formula) {

    /** What figures are counted in. */
    public enum Unit {
        BYTES,
        BYTES_PER_SECOND,
        SECONDS,
        COUNT
    }
}
