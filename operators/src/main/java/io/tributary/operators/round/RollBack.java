package io.tributary.operators.round;

import io.tributary.schemas.model.ModelVersion;

/**
 * A return to an earlier version, under a version number of its own.
 *
 * @param target the version whose parameters it has
 * @param moments whether the optimizer's moments of that version can be read, too
 * @param givenMillis broker append time of the command
 */
public record RollBack(ModelVersion target, boolean moments, long givenMillis) {}
