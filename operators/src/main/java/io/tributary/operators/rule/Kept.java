package io.tributary.operators.rule;

/** Which vectors of the model's length a rule keeps from one round to the next. */
public enum Kept {
    NOTHING,
    /** One centre: the rule's last result. It is an extra row, the last, of the Gram matrix. */
    CENTRE,
    /**
     * The sum of everything each silo has sent, this round included. The Gram matrix is that of the
     * sums.
     */
    HISTORIES
}
