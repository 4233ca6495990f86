package io.tributary.operators.round;

import java.util.List;

/** The policy's answer to an event: what it now knows, and what is to be done, in order. */
public record Step(CoordinatorState state, List<Decision> decisions) {}
