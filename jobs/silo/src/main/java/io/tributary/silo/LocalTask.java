package io.tributary.silo;

import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.model.ParameterBuffer;
import io.tributary.schemas.round.RoundPlan;
import io.tributary.schemas.round.SiloAssignment;

/**
 * One silo's work in one round.
 *
 * @param base manifest of the version to train from
 * @param global its parameters; read only
 * @param plan the round's plan
 * @param assignment this silo's part in it
 */
public record LocalTask(
        ModelVersion base, ParameterBuffer global, RoundPlan plan, SiloAssignment assignment) {}
