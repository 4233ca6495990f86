package io.tributary.schemas.round;

/** The recurrence of the local steps. */
public enum LocalSolver {
    /** Stochastic gradient descent with heavy-ball momentum (0 for none). */
    SGD,
    /** Adam with decoupled weight decay (Loshchilov and Hutter, arXiv:1711.05101). */
    ADAMW
}
