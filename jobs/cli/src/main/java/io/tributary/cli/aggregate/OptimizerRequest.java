package io.tributary.cli.aggregate;

import io.tributary.operators.optimizer.ServerOptimizer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;

/**
 * A request to take one step of a server optimizer.
 *
 * @param optimizer its specification
 */
record OptimizerRequest(String optimizer, Request request) {

    /** In a state: how many steps its moments have seen. */
    static final String STEPS = "steps";

    /**
     * @throws IllegalArgumentException if there is no such optimizer, or its step is not defined
     */
    Answer answer() {
        var params = Request.required(request.params, "params");
        var delta = Request.required(request.delta, "delta");
        if (delta.length != params.length) {
            throw new IllegalArgumentException(
                    "delta has %s values, params has %s".formatted(delta.length, params.length));
        }
        var parsed = ServerOptimizer.parse(optimizer);
        var names = parsed.momentNames();
        var moments = parsed.initialMoments(params.length);
        long steps = 1;
        if (!request.state.isEmpty()) {
            steps += resume(names, moments, parsed.countsSteps());
        }
        parsed.step(params, moments, delta, steps);
        requireNumbers("params", params);
        var state = new LinkedHashMap<String, float[]>();
        for (int k = 0; k < moments.length; k++) {
            requireNumbers(names.get(k), moments[k]);
            state.put(names.get(k), moments[k]);
        }
        return new OptimizerAnswer(params, state, steps);
    }

    /**
     * Takes up the moments where the last answer left them; gives the steps they have seen. Moments
     * from elsewhere may come without that number where it does not matter: it is 0 then.
     */
    private long resume(List<String> names, float[][] moments, boolean countsSteps) {
        var state = request.state;
        var scalars = state.scalars().keySet();
        boolean known =
                (scalars.equals(Set.of(STEPS)) || (scalars.isEmpty() && !countsSteps))
                        && state.histories().isEmpty();
        if (!known || !state.vectors().keySet().equals(Set.copyOf(names))) {
            throw new IllegalArgumentException(
                    "the state of '%s' has %s and '%s'; hand in that of the last answer"
                            .formatted(optimizer, names, STEPS));
        }
        double steps = state.scalars().getOrDefault(STEPS, 0.0);
        if (!(steps >= 0) || steps != Math.rint(steps) || Double.isInfinite(steps)) {
            throw new IllegalArgumentException(
                    "state.%s must be a whole number from 0 on, got %s".formatted(STEPS, steps));
        }
        for (int k = 0; k < moments.length; k++) {
            moments[k] = state.vectors().get(names.get(k));
            StateFields.requireLength(names.get(k), moments[k], request.params.length);
        }
        return (long) steps;
    }

    private void requireNumbers(String what, float[] values) {
        for (int j = 0; j < values.length; j++) {
            if (Float.isNaN(values[j])) {
                throw new IllegalArgumentException(
                        "'%s' has no defined step here: %s[%s] is no longer a number"
                                .formatted(optimizer, what, j));
            }
        }
    }
}
