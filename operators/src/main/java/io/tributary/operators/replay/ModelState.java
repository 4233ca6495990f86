package io.tributary.operators.replay;

import static io.tributary.operators.Preconditions.checkArgument;

import io.tributary.operators.round.SnapshotParts;
import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.model.ParameterBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that the owners of the chunks hold between two rounds, but for histories.
 *
 * @param parameters of a version, before they were rounded to be published
 * @param moments of the server optimizer, after the version
 * @param centre of the rule, after the version; null if the rule of the version keeps none
 */
public record ModelState(
        ParameterBuffer parameters,
        List<ParameterBuffer> moments,
        @Nullable ParameterBuffer centre) {

    public ModelState {
        moments = List.copyOf(moments);
    }

    /**
     * The state after a version that was published whole.
     *
     * @param parameters as published
     * @param parts what a snapshot publishes besides the parameters, in its order
     * @throws IllegalArgumentException if those are not the parts of that version
     */
    public static ModelState of(
            ModelVersion version, ParameterBuffer parameters, List<ParameterBuffer> parts) {
        var expected = SnapshotParts.of(version);
        checkArgument(
                parts.size() == expected.count(),
                "version %s has %s moments, centres and masters, got %s",
                version.version(),
                expected.count(),
                parts.size());
        int moments = expected.moments().size();
        return new ModelState(
                expected.master() ? parts.get(expected.parametersPart() - 1) : parameters,
                parts.subList(0, moments),
                expected.centre() ? parts.get(expected.centrePart() - 1) : null);
    }
}
