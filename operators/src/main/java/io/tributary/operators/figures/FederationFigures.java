package io.tributary.operators.figures;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that a coordinator of rounds shows, as its checkpoints keep it beside what decides: so that
 * it is there again before anything happens.
 *
 * @param model name of the model line
 * @param rounds its rounds
 * @param version the newest version that can be read; null if it has not been read back yet
 * @param step the step of the newest version that was made; null if none is known
 * @param silos in no order
 */
public record FederationFigures(
        String model,
        RoundFigures rounds,
        @Nullable VersionFigures version,
        @Nullable StepFigures step,
        List<SiloFigures> silos) {}
