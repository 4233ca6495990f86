package io.tributary.silo;

import io.tributary.schemas.model.ModelLayout;
import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.model.ParameterBuffer;
import io.tributary.schemas.round.RoundPlan;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * Compares what this silo has sent with what became of it: the cosine between its last delta and
 * the step that the federation took from the same base. Holds two {@link CoordinateSample}s, from
 * an upload until its round's version is here, and never a model.
 */
final class AlignmentWatch {

    private @Nullable Sent sent;

    private record Sent(
            int round, ModelLayout layout, CoordinateSample base, CoordinateSample delta) {}

    /** The update of a round is on the log: takes the place of the one before. */
    void uploaded(RoundPlan plan, ParameterBuffer base, ParameterBuffer trained) {
        var from = CoordinateSample.of(base);
        sent =
                new Sent(
                        plan.round(),
                        base.layout(),
                        from,
                        CoordinateSample.of(trained).minus(from));
    }

    /**
     * A version is here.
     *
     * @return the cosine, if the round of the last update made this version; each is told once
     */
    OptionalDouble downloaded(ModelVersion version, ParameterBuffer parameters) {
        var mine = sent;
        if (mine == null || version.version() < mine.round()) {
            return OptionalDouble.empty();
        }
        sent = null;
        // What has no cohort was given, not made: a roll-back under the round's number.
        if (version.version() > mine.round()
                || version.cohort().isEmpty()
                || !parameters.layout().equals(mine.layout())) {
            return OptionalDouble.empty();
        }
        var step = CoordinateSample.of(parameters).minus(mine.base());
        return OptionalDouble.of(mine.delta().cosine(step));
    }
}
