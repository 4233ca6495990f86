package io.tributary.operators.privacy;

import io.tributary.schemas.model.Measurement;
import java.util.List;

/**
 * What the versions published so far have revealed of any one silo, carried from version to version
 * among their measurements.
 *
 * <p>{@value #RHO} adds up over versions; {@value #EPSILON} is what it means at the federation's
 * delta. A version without noise, before noise was promised or after, makes both infinite: what it
 * has revealed is not bounded.
 */
public final class PrivacyLedger {

    public static final String RHO = "privacy-rho";
    public static final String EPSILON = "privacy-epsilon";

    private PrivacyLedger() {}

    /**
     * The entries after one more version.
     *
     * @param before measurements of the version before
     * @param trained whether versions were made before this one
     * @param noiseMultiplier of the rule that makes this version; 0 if it adds no noise
     * @param delta see {@link NoiseSettings#delta()}
     * @return empty for a federation that never promised any privacy
     */
    public static List<Measurement> after(
            List<Measurement> before, boolean trained, double noiseMultiplier, double delta) {
        var rho = before.stream().filter(m -> m.name().equals(RHO)).findFirst();
        if (rho.isEmpty() && noiseMultiplier == 0) {
            return List.of();
        }
        double unaccounted = trained ? Double.POSITIVE_INFINITY : 0;
        var spent =
                new RdpAccountant(rho.map(Measurement::value).orElse(unaccounted))
                        .after(noiseMultiplier, 1);
        return List.of(
                new Measurement(RHO, spent.rho()), new Measurement(EPSILON, spent.epsilon(delta)));
    }

    /** The measurements that are entries of the ledger. */
    public static List<Measurement> of(List<Measurement> measurements) {
        return measurements.stream()
                .filter(m -> m.name().equals(RHO) || m.name().equals(EPSILON))
                .toList();
    }

    /** The measurements that are not entries of the ledger. */
    public static List<Measurement> without(List<Measurement> measurements) {
        return measurements.stream()
                .filter(m -> !m.name().equals(RHO) && !m.name().equals(EPSILON))
                .toList();
    }
}
