package io.tributary.operators.round;

import io.tributary.schemas.model.CohortMember;
import io.tributary.schemas.round.RoundPlan;
import java.io.Serializable;
import java.util.List;

/**
 * A round of the past, as the log has it.
 *
 * @param cohort whose updates its version contains
 */
public record ClosedRound(RoundPlan plan, List<CohortMember> cohort) implements Serializable {}
