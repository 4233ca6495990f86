package io.tributary.operators.rule;

/** What a rule has to know of a cohort's rows before it can weigh them; each includes the last. */
public enum Evidence {
    /** Nothing but who is in the cohort. */
    COHORT,
    /** The L2 norm of every whole row. */
    NORMS,
    /** The inner products of all pairs of whole rows, and with them every distance and cosine. */
    PRODUCTS;

    Evidence and(Evidence other) {
        return compareTo(other) >= 0 ? this : other;
    }
}
