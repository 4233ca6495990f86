package io.tributary.operators.attack;

import io.tributary.operators.spec.Spec;

/**
 * What faulty silos send instead of an honest delta, for tests and drills: they act together and
 * know the honest rows of the round. What is random is a function of the seed and the round.
 *
 * <table>
 * <caption>Attacks and what every one of the f faulty rows is; mu and sigma are the mean and the
 * deviation of the honest rows, coordinate by coordinate</caption>
 * <tr><td>{@code sign-flip}</td><td>{@code -mu}</td></tr>
 * <tr><td>{@code ipm(epsilon=0.1)}, {@code foe}</td><td>{@code -epsilon mu}</td></tr>
 * <tr><td>{@code alie}, {@code alie(z=1.5)}</td><td>{@code mu + z sigma}</td></tr>
 * <tr><td>{@code mimic(row=0)}</td><td>that honest row</td></tr>
 * <tr><td>{@code gaussian(deviation=200, seed=0)}</td><td>noise about 0</td></tr>
 * <tr><td>{@code infinity}</td><td>{@code +Infinity} everywhere</td></tr>
 * <tr><td>{@code label-flip}</td><td>honest work on wrong labels</td></tr>
 * </table>
 */
public interface Attack {

    /**
     * Reads an attack from its specification.
     *
     * @throws IllegalArgumentException if there is no such attack or a parameter is out of range
     */
    static Attack parse(String specification) {
        return AttackCatalogue.attack(Spec.parse(specification));
    }

    /**
     * The rows of the faulty silos.
     *
     * @param honest {@code [n - f][d]}, at least one row; read only. For an attack that {@link
     *     #flipsLabels} these are the deltas which silos with flipped labels came to
     * @param f faulty rows wanted
     * @param round number of the round
     * @return {@code [f][d]}, newly allocated
     */
    float[][] rows(float[][] honest, int f, long round);

    /**
     * Whether faulty silos train as honest ones do, on labels changed by {@link LabelFlip#flip}.
     */
    default boolean flipsLabels() {
        return false;
    }
}
