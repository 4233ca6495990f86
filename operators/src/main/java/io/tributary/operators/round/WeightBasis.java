package io.tributary.operators.round;

import java.util.Arrays;
import java.util.Locale;

/** What a silo's fixed objective weight is proportional to. */
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

    /** The name used in options. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
