package io.tributary.operators.round;

import static io.tributary.operators.Preconditions.checkArgument;

import java.io.Serializable;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.regex.Pattern;

/**
 * How many of the live silos to plan a round for.
 *
 * <pre>{@code
 * all   of 30 live  ->  30
 * 8     of 30 live  ->  8
 * 0.25  of 30 live  ->  8
 * 0.1   of 30 live  ->  3
 * }</pre>
 *
 * @param specification {@code all}; a count such as {@code 8}; or a share with a decimal point, in
 *     (0, 1], such as {@code 0.25}, of which a part of a silo counts as one more
 */
public record SampleSize(String specification) implements Serializable {

    private static final Pattern COUNT = Pattern.compile("[0-9]{1,9}");
    private static final Pattern SHARE = Pattern.compile("[0-9]?\\.[0-9]{1,9}");

    /** Everybody. */
    public static final SampleSize ALL = new SampleSize("all");

    /**
     * @throws IllegalArgumentException if it is none of these
     */
    public SampleSize {
        boolean count = COUNT.matcher(specification).matches();
        boolean share = SHARE.matcher(specification).matches();
        checkArgument(
                count || share || specification.equals("all"),
                "sample must be all, a count such as 8 or a share such as 0.25, got '%s'",
                specification);
        checkArgument(
                !count || Integer.parseInt(specification) >= 1,
                "a sample by count must be >= 1, got %s",
                specification);
        checkArgument(
                !share || isShare(new BigDecimal(specification)),
                "a sample by share must be above 0 and at most 1.0, got %s",
                specification);
    }

    /** How many of so many; never more than there are. */
    int of(int live) {
        if (specification.equals("all")) {
            return live;
        }
        return isCount()
                ? Math.min(Integer.parseInt(specification), live)
                : new BigDecimal(specification) // 0.1 of 30 in binary would be 3 and a bit: 4
                        .multiply(BigDecimal.valueOf(live))
                        .setScale(0, RoundingMode.CEILING)
                        .intValueExact();
    }

    /**
     * Refuses a count for which no round could ever close; a share is raised instead.
     *
     * @param silos of the quorum, or whom the rule requires by name
     * @throws IllegalArgumentException naming both numbers
     */
    public void checkHolds(int silos) {
        checkArgument(
                !isCount() || Integer.parseInt(specification) >= silos,
                "a sample of %s cannot hold the %s silos of the quorum, or whom the rule requires;"
                        + " raise it, or lower the quorum (which is the minimum of silos unless it"
                        + " is set)",
                specification,
                silos);
    }

    private boolean isCount() {
        return COUNT.matcher(specification).matches();
    }

    private static boolean isShare(BigDecimal share) {
        return share.signum() > 0 && share.compareTo(BigDecimal.ONE) <= 0;
    }

    @Override
    public String toString() {
        return specification;
    }
}
