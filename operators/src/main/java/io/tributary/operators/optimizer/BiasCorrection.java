package io.tributary.operators.optimizer;

import io.tributary.operators.spec.Spec;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * What is done about moments that start at a value which is no average of gradients: {@code w -= lr
 * ofMean m / (sqrt(ofSquares v) + tau)}, where {@code t} is 1 at the first step.
 *
 * <table>
 * <caption>Factors</caption>
 * <tr><th></th><th>{@code ofMean}</th><th>{@code ofSquares}</th></tr>
 * <tr><td>{@code none}</td><td>1</td><td>1</td></tr>
 * <tr><td>{@code adam}</td><td>1 / (1 - beta1^t)</td><td>1 / (1 - beta2^t)</td></tr>
 * <tr><td>{@code sqrt}</td><td>sqrt(1 - beta2^(t+1)) / (1 - beta1^(t+1))</td><td>1</td></tr>
 * </table>
 *
 * <p>With {@code adam} and {@code v0 = 0} the first step of every coordinate has about the length
 * {@code lr}; with {@code none} it has {@code lr (1 - beta1) / sqrt(1 - beta2)}. The corrections
 * were derived for {@code v0 = 0}: another {@code v0} is stretched like everything else in {@code
 * v}.
 */
public enum BiasCorrection {
    /** No correction: Reddi et al., ICLR 2021 (arXiv:2003.00295), algorithm 2. */
    NONE {
        @Override
        double ofMean(double beta1, double beta2, long step) {
            return 1;
        }

        @Override
        double ofSquares(double beta2, long step) {
            return 1;
        }
    },
    /** Each moment by its own: Kingma and Ba, ICLR 2015 (arXiv:1412.6980), algorithm 1. */
    ADAM {
        @Override
        double ofMean(double beta1, double beta2, long step) {
            return 1 / (1 - Math.pow(beta1, step));
        }

        @Override
        double ofSquares(double beta2, long step) {
            return 1 / (1 - Math.pow(beta2, step));
        }
    },
    /**
     * The learning rate alone, one step ahead: the form of Adam in which {@code tau} is not
     * corrected (arXiv:1412.6980, end of section 2) with {@code t + 1} for {@code t}, as a public
     * implementation of FedAdam has it. Its first step is shorter than Adam's.
     */
    SQRT {
        @Override
        double ofMean(double beta1, double beta2, long step) {
            double next = step + 1.0;
            return Math.sqrt(1 - Math.pow(beta2, next)) / (1 - Math.pow(beta1, next));
        }

        @Override
        double ofSquares(double beta2, long step) {
            return 1;
        }
    };

    abstract double ofMean(double beta1, double beta2, long step);

    abstract double ofSquares(double beta2, long step);

    static BiasCorrection of(Spec spec) {
        var wanted = spec.text("bias-correction", NONE.toString());
        return Arrays.stream(values())
                .filter(c -> c.toString().equals(wanted))
                .findFirst()
                .orElseThrow(() -> unknown(spec, wanted));
    }

    private static IllegalArgumentException unknown(Spec spec, String wanted) {
        return new IllegalArgumentException(
                "'%s': bias-correction must be one of %s, got '%s'"
                        .formatted(
                                spec,
                                Arrays.stream(values())
                                        .map(BiasCorrection::toString)
                                        .collect(Collectors.joining(", ")),
                                wanted));
    }

    /** The name in specifications. */
    @Override
    public String toString() {
        return switch (this) {
            case NONE -> "none";
            case ADAM -> "adam";
            case SQRT -> "sqrt";
        };
    }
}
