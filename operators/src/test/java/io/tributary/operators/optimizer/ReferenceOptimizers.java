package io.tributary.operators.optimizer;

import io.tributary.operators.spec.Spec;

/** The definitions in plain float64, one coordinate after the other, starting at {@code w = 0}. */
final class ReferenceOptimizers {

    private ReferenceOptimizers() {}

    static double[] run(String specification, double[][] deltas) {
        var spec = Spec.parse(specification);
        var result = new double[deltas[0].length];
        for (int j = 0; j < result.length; j++) {
            result[j] = coordinate(spec, deltas, j);
        }
        return result;
    }

    private static double coordinate(Spec spec, double[][] deltas, int j) {
        boolean yogi = spec.name().equals("fedyogi");
        double lr =
                spec.number(
                        "lr",
                        switch (spec.name()) {
                            case "sgd", "momentum" -> 1;
                            case "nesterov" -> 0.7;
                            case "fedyogi" -> 0.01;
                            default -> 0.1;
                        });
        double mu = spec.number("momentum", 0.9);
        double b1 = spec.number("beta1", 0.9);
        double b2 = spec.number("beta2", 0.99);
        double tau = spec.number("tau", yogi ? 1e-3 : 1e-9);
        double w = 0;
        double m = 0;
        double v = spec.number("v0", 0);
        for (int t = 1; t <= deltas.length; t++) {
            double g = -deltas[t - 1][j];
            switch (spec.name()) {
                case "sgd" -> w -= lr * g;
                case "momentum" -> {
                    m = mu * m + g;
                    w -= lr * m;
                }
                case "nesterov" -> {
                    m = mu * m + g;
                    w -= lr * (g + mu * m);
                }
                case "fedadagrad" -> {
                    v += g * g;
                    w -= lr * g / (Math.sqrt(v) + tau);
                }
                default -> {
                    m = b1 * m + (1 - b1) * g;
                    v =
                            yogi
                                    ? v - (1 - b2) * g * g * Math.signum(v - g * g)
                                    : b2 * v + (1 - b2) * g * g;
                    w -=
                            switch (spec.text("bias-correction", "none")) {
                                case "adam" ->
                                        lr
                                                * (m / (1 - Math.pow(b1, t)))
                                                / (Math.sqrt(v / (1 - Math.pow(b2, t))) + tau);
                                case "sqrt" ->
                                        lr
                                                * Math.sqrt(1 - Math.pow(b2, t + 1))
                                                / (1 - Math.pow(b1, t + 1))
                                                * m
                                                / (Math.sqrt(v) + tau);
                                default -> lr * m / (Math.sqrt(v) + tau);
                            };
                }
            }
        }
        return w;
    }
}
