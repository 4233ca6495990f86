package io.tributary.operators.replay;

import static io.tributary.operators.Preconditions.checkArgument;

import io.tributary.operators.optimizer.ServerOptimizer;
import io.tributary.operators.rule.AggregationRule;
import io.tributary.operators.rule.Kept;
import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.model.ParameterBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that the owners of the chunks hold between two rounds, but for histories.
 *
 * @param parameters of a version
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
     * @param parts what a snapshot publishes besides the parameters, in its order
     * @throws IllegalArgumentException if those are not the parts of that version
     */
    public static ModelState of(
            ModelVersion version, ParameterBuffer parameters, List<ParameterBuffer> parts) {
        int expected = parts(version);
        checkArgument(
                parts.size() == expected,
                "version %s has %s moments and centres, got %s",
                version.version(),
                expected,
                parts.size());
        boolean centre = keepsCentre(version);
        int moments = centre ? expected - 1 : expected;
        return new ModelState(
                parameters, parts.subList(0, moments), centre ? parts.get(moments) : null);
    }

    /** How many vectors of the model's length a version leaves to the next besides itself. */
    public static int parts(ModelVersion version) {
        return version.serverOptimizer().isEmpty()
                ? 0
                : ServerOptimizer.parse(version.serverOptimizer()).moments()
                        + (keepsCentre(version) ? 1 : 0);
    }

    private static boolean keepsCentre(ModelVersion version) {
        return !version.rule().isEmpty()
                && AggregationRule.parse(version.rule()).keeps() == Kept.CENTRE;
    }
}
