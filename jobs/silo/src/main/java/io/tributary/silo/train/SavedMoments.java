package io.tributary.silo.train;

import io.tributary.schemas.model.ModelLayout;
import io.tributary.schemas.model.TensorSpec;
import io.tributary.silo.export.Safetensors;
import io.tributary.silo.solver.SolverState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A solver's state as a safetensors file: the moments as tensors {@code <index>/<tensor>}, whose
 * they are as metadata.
 */
record SavedMoments(Owner owner, long steps, List<Safetensors.Tensor> tensors) {

    /**
     * What moments belong to.
     *
     * @param model name of the model line
     * @param solver name of the solver
     * @param moments moments per parameter
     * @param layoutDigest digest of the model's layout
     */
    record Owner(String model, String solver, int moments, String layoutDigest) {}

    static SavedMoments none() {
        return new SavedMoments(new Owner("", "", 0, ""), 0, List.of());
    }

    static SavedMoments of(Owner owner, SolverState state) {
        var tensors = new ArrayList<Safetensors.Tensor>();
        for (int i = 0; i < state.moments().size(); i++) {
            var moment = state.moments().get(i);
            for (var block : moment.layout().blocks()) {
                for (var spec : block.tensors()) {
                    tensors.add(
                            new Safetensors.Tensor(
                                    new TensorSpec(key(i, spec.name()), spec.shape()),
                                    moment.tensor(spec.name())));
                }
            }
        }
        return new SavedMoments(owner, state.steps(), tensors);
    }

    void write(Path file) throws IOException {
        var metadata = new LinkedHashMap<String, String>();
        metadata.put("model", owner.model());
        metadata.put("solver", owner.solver());
        metadata.put("moments", String.valueOf(owner.moments()));
        metadata.put("layout", owner.layoutDigest());
        metadata.put("steps", String.valueOf(steps));
        Safetensors.write(file, metadata, tensors);
    }

    static SavedMoments read(Path file) throws IOException {
        var saved = Safetensors.read(file);
        try {
            var owner =
                    new Owner(
                            required(saved.metadata(), "model"),
                            required(saved.metadata(), "solver"),
                            Integer.parseInt(required(saved.metadata(), "moments")),
                            required(saved.metadata(), "layout"));
            long steps = Long.parseLong(required(saved.metadata(), "steps"));
            return new SavedMoments(owner, steps, saved.tensors());
        } catch (IllegalArgumentException e) {
            throw new IOException(
                    "%s is no saved trainer state: %s; delete it to start with fresh moments"
                            .formatted(file, e.getMessage()),
                    e);
        }
    }

    /**
     * The state that was saved.
     *
     * @param layout of the model it was saved for
     */
    SolverState toState(ModelLayout layout) {
        var byName =
                tensors.stream()
                        .collect(
                                Collectors.toMap(
                                        tensor -> tensor.spec().name(),
                                        Safetensors.Tensor::values));
        var state = new SolverState(layout, owner.moments());
        for (int i = 0; i < owner.moments(); i++) {
            for (var block : layout.blocks()) {
                for (var spec : block.tensors()) {
                    var values = byName.get(key(i, spec.name()));
                    if (values == null || values.remaining() != spec.elements() * Float.BYTES) {
                        throw new IllegalStateException(
                                "the saved trainer state has no moment %s for tensor %s of shape %s; delete it to start with fresh moments"
                                        .formatted(i, spec.name(), spec.shape()));
                    }
                    state.moments().get(i).tensor(spec.name()).put(values.duplicate());
                }
            }
        }
        state.restoreSteps(steps);
        return state;
    }

    private static String key(int moment, String tensor) {
        return moment + "/" + tensor;
    }

    private static String required(Map<String, String> metadata, String key) {
        var value = metadata.get(key);
        if (value == null) {
            throw new IllegalArgumentException("it has no metadata '%s'".formatted(key));
        }
        return value;
    }
}
