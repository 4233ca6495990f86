package io.tributary.cli.aggregate;

import io.tributary.operators.optimizer.ServerOptimizer;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A request to take one step of a server optimizer.
 *
 * @param optimizer its specification
 */
record OptimizerRequest(String optimizer, Request request) {

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
        var names = momentNames(parsed);
        var moments = moments(names, params.length);
        parsed.step(params, moments, delta);
        requireNumbers("params", params);
        var state = new LinkedHashMap<String, float[]>();
        for (int k = 0; k < moments.length; k++) {
            requireNumbers(names.get(k), moments[k]);
            state.put(names.get(k), moments[k]);
        }
        return new OptimizerAnswer(params, state);
    }

    private float[][] moments(List<String> names, int length) {
        var state = request.state;
        if (!state.histories().isEmpty() || !state.scalars().isEmpty()) {
            throw new IllegalArgumentException("state: an optimizer keeps %s".formatted(names));
        }
        if (state.vectors().isEmpty()) {
            return new float[names.size()][length];
        }
        if (!state.vectors().keySet().equals(new LinkedHashSet<>(names))) {
            throw new IllegalArgumentException(
                    "state: '%s' keeps %s, got %s"
                            .formatted(optimizer, names, state.vectors().keySet()));
        }
        for (var name : names) {
            StateFields.requireLength(name, state.vectors().get(name), length);
        }
        return names.stream().map(state.vectors()::get).toArray(float[][]::new);
    }

    private static List<String> momentNames(ServerOptimizer optimizer) {
        return IntStream.rangeClosed(1, optimizer.moments()).mapToObj(k -> "moment-" + k).toList();
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
