package io.tributary.operators.round;

import java.util.Arrays;
import java.util.Locale;

/** What a silo's fixed objective weight, or its chance to be drawn, is proportional to. */
public enum WeightBasis {
    /** Every silo the same. */
    UNIFORM,
    /** The size of its training text in tokens, as it declares it. */
    DECLARED_TOKENS,
    /** The number of its training documents, as it declares it. */
    DECLARED_EXAMPLES;

    /**
     * Reads {@code uniform}, {@code declared-tokens} or {@code declared-examples}.
     *
     * @throws IllegalArgumentException for anything else; for the tokens processed in a round, with
     *     the reason
     */
    public static WeightBasis parse(String text) {
        if (text.equals("processed-tokens") || text.equals("processed-steps")) {
            throw new IllegalArgumentException(
                    "weights must not be what a silo processed in the round ("
                            + text
                            + "): the objective would follow whoever was fastest, and with rule"
                            + " fednova it undoes the normalisation, whose fixed point becomes that"
                            + " of the plain uniform mean; use uniform, declared-tokens or"
                            + " declared-examples");
        }
        return Arrays.stream(values())
                .filter(basis -> basis.toString().equals(text))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "weights must be uniform, declared-tokens or"
                                                + " declared-examples, got '"
                                                + text
                                                + "'"));
    }

    /**
     * A silo's size.
     *
     * @param cap most that counts of one silo; 0 for no cap
     * @param mostSilos silos that it may speak for, see {@link FederationPlan#relays()}
     * @return at least 1: a silo that declares nothing still has a voice
     */
    double sizeOf(SiloStanding standing, long cap, int mostSilos) {
        long silos = Math.max(1, Math.min(standing.silos(), mostSilos));
        long size =
                switch (this) {
                    case DECLARED_TOKENS -> standing.declaredTokens();
                    case DECLARED_EXAMPLES -> standing.declaredExamples();
                    case UNIFORM -> silos;
                };
        return Math.max(cap > 0 ? Math.min(size, saturated(cap, silos)) : size, 1);
    }

    private static long saturated(long cap, long silos) {
        return cap > Long.MAX_VALUE / silos ? Long.MAX_VALUE : cap * silos;
    }

    /** The name used in options. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
