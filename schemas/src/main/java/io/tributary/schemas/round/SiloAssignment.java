package io.tributary.schemas.round;

import java.io.Serializable;

/**
 * One silo's part in a round.
 *
 * @param silo silo id
 * @param weight fixed objective weight, a share of the plan's total of 1
 * @param localSteps local optimizer steps to take (tau)
 */
public record SiloAssignment(String silo, double weight, int localSteps) implements Serializable {}
