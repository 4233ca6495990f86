package io.tributary.operators.optimizer;

import io.tributary.operators.kernel.Passes;
import io.tributary.operators.kernel.TileStep;
import io.tributary.operators.spec.Spec;
import java.util.Arrays;
import java.util.List;

/**
 * The outer optimizer: one step of the global parameters against the pseudo-gradient {@code g =
 * -combined delta}. Stateless itself; its moments live beside the parameters of each chunk, and so
 * does the count of the steps they have seen.
 *
 * <p>Moments are float32, arithmetic is float64: a moment is rounded first and the parameters move
 * by what was kept, so a step that follows a restore has the bits of one that does not.
 */
public interface ServerOptimizer {

    /**
     * What it keeps per parameter between rounds, in the order of {@code moments} in {@link #step}.
     *
     * <p>Equal names have equal meanings. A plan may change to an optimizer of the same names, or
     * to other parameters of the same optimizer, and moments and count go on; with other names
     * moments begin at their {@linkplain #initialMoments initial} values and the count at 0.
     */
    List<String> momentNames();

    /** How many values it keeps per parameter between rounds. */
    default int moments() {
        return momentNames().size();
    }

    /** What the moment of this index is everywhere before the first step. */
    default float initialMoment(int moment) {
        return 0;
    }

    /**
     * A moment before the first step.
     *
     * @return {@code [length]} float32, newly allocated
     */
    default float[] initialMoment(int moment, int length) {
        var initial = new float[length];
        Arrays.fill(initial, initialMoment(moment));
        return initial;
    }

    /**
     * All moments before the first step.
     *
     * @return {@code [moments()][length]} float32, newly allocated
     */
    default float[][] initialMoments(int length) {
        var initial = new float[moments()][];
        for (int k = 0; k < initial.length; k++) {
            initial[k] = initialMoment(k, length);
        }
        return initial;
    }

    /** Whether it matters to {@link #step} which step it is. */
    default boolean countsSteps() {
        return false;
    }

    /**
     * Takes one step in place.
     *
     * @param parameters {@code [d]} float32
     * @param moments {@code [moments()][d]} float32
     * @param combinedDelta {@code [d]} float64, finite; read only
     * @param step which step these moments take: 1 for the first after their initial values. It is
     *     not the version of the model, whose line can have had another optimizer before
     * @throws IllegalArgumentException if a delta is not finite or the lengths differ; nothing has
     *     changed then
     */
    default void step(float[] parameters, float[][] moments, double[] combinedDelta, long step) {
        ServerSteps.check(parameters, combinedDelta, step);
        Passes.step(at(step), parameters, moments, combinedDelta);
    }

    /**
     * The arithmetic of a step.
     *
     * @param step as in {@link #step}
     */
    TileStep at(long step);

    /**
     * Reads a server optimizer from its specification; what is left out has the value shown.
     *
     * <ul>
     *   <li>{@code sgd(lr=1)}
     *   <li>{@code momentum(lr=1, momentum=0.9)}
     *   <li>{@code nesterov(lr=0.7, momentum=0.9)}
     *   <li>{@code fedadagrad(lr=0.1, tau=1e-9, v0=0)}
     *   <li>{@code fedadam(lr=0.1, beta1=0.9, beta2=0.99, tau=1e-9, v0=0, bias-correction=none)}
     *   <li>{@code fedyogi(lr=0.01, beta1=0.9, beta2=0.99, tau=1e-3, v0=0, bias-correction=none)}
     * </ul>
     *
     * @throws IllegalArgumentException if there is no such optimizer or a parameter is out of range
     */
    static ServerOptimizer parse(String specification) {
        return OptimizerCatalogue.optimizer(Spec.parse(specification));
    }
}
