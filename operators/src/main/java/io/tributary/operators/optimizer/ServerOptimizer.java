package io.tributary.operators.optimizer;

import io.tributary.operators.spec.Spec;
import java.util.List;

/**
 * The outer optimizer: one step of the global parameters against the pseudo-gradient {@code g =
 * -combined delta}. Stateless itself; its moments live beside the parameters of each chunk.
 */
public interface ServerOptimizer {

    /** How many values it keeps per parameter between rounds. */
    int moments();

    /**
     * Takes one step in place.
     *
     * @param parameters {@code [d]} float32
     * @param moments {@code [moments()][d]} float32, zeros before the first step
     * @param combinedDelta {@code [d]} float64; read only
     */
    void step(float[] parameters, float[][] moments, double[] combinedDelta);

    /** The name in a specification: optimizers of one name understand each other's moments. */
    static String nameOf(String specification) {
        return Spec.parse(specification).name();
    }

    /**
     * Reads a server optimizer from its specification: {@code sgd(lr=1)} or {@code nesterov(lr=0.7,
     * momentum=0.9)}.
     *
     * @throws IllegalArgumentException if there is no such optimizer or a parameter is out of range
     */
    static ServerOptimizer parse(String specification) {
        var spec = Spec.parse(specification);
        switch (spec.name()) {
            case "sgd":
                spec.allow("lr");
                return new Sgd(spec.number("lr", 1));
            case "nesterov":
                spec.allow("lr", "momentum");
                return new Nesterov(spec.number("lr", 0.7), spec.number("momentum", 0.9));
            default:
                throw spec.unknown("server optimizer", List.of("sgd", "nesterov"));
        }
    }
}
