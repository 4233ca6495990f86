package io.tributary.operators.figures;

import io.tributary.schemas.model.CohortMember;
import java.util.List;

/**
 * How much the updates of a cohort point the same way: what is left of their lengths when they are
 * combined. With a weighted mean it is 1 if all agree, {@code 1 / sqrt(n)} for {@code n} equal
 * weights and lengths at right angles, 0 if they cancel out. Rules that stretch or add noise can
 * exceed 1.
 *
 * <pre>{@code deltas = [3, 0], [0, 4], weights = 1/2, 1/2: combined [1.5, 2]  ->  2.5 / 3.5}</pre>
 */
public final class Consensus {

    private Consensus() {}

    /**
     * @param combinedNorm L2 norm of the combined delta, not negative
     * @param cohort whose deltas it is of: at least one; weights above 0
     * @return the norm over the weighted mean of the members' norms; 1 if these are all 0
     */
    public static double of(double combinedNorm, List<CohortMember> cohort) {
        double norms = 0;
        double weights = 0;
        for (var member : cohort) {
            norms += member.weight() * member.norm();
            weights += member.weight();
        }
        return norms == 0 ? 1 : combinedNorm / (norms / weights);
    }
}
