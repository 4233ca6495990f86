package io.tributary.operators.optimizer;

import io.tributary.operators.spec.Spec;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/** Every server optimizer by its name, and how each reads its parameters. */
final class OptimizerCatalogue {

    private static final Map<String, Function<Spec, ServerOptimizer>> OPTIMIZERS =
            new LinkedHashMap<>();

    static {
        OPTIMIZERS.put("sgd", spec -> new Sgd(spec.allow("lr").number("lr", 1)));
        OPTIMIZERS.put("momentum", OptimizerCatalogue::momentum);
        OPTIMIZERS.put("nesterov", OptimizerCatalogue::nesterov);
        OPTIMIZERS.put("fedadagrad", OptimizerCatalogue::fedAdagrad);
        OPTIMIZERS.put("fedadam", OptimizerCatalogue::fedAdam);
        OPTIMIZERS.put("fedyogi", OptimizerCatalogue::fedYogi);
    }

    private OptimizerCatalogue() {}

    static ServerOptimizer optimizer(Spec spec) {
        var optimizer = OPTIMIZERS.get(spec.name());
        if (optimizer == null) {
            throw spec.unknown("server optimizer", OPTIMIZERS.keySet());
        }
        return optimizer.apply(spec);
    }

    private static ServerOptimizer momentum(Spec spec) {
        spec.allow("lr", "momentum");
        return new Momentum(spec.number("lr", 1), spec.number("momentum", 0.9));
    }

    private static ServerOptimizer nesterov(Spec spec) {
        spec.allow("lr", "momentum");
        return new Nesterov(spec.number("lr", 0.7), spec.number("momentum", 0.9));
    }

    private static ServerOptimizer fedAdagrad(Spec spec) {
        spec.allow("lr", "tau", "v0");
        return new FedAdagrad(
                spec.number("lr", 0.1), spec.number("tau", 1e-9), spec.number("v0", 0));
    }

    private static ServerOptimizer fedAdam(Spec spec) {
        spec.allow("lr", "beta1", "beta2", "tau", "v0", "bias-correction");
        return new FedAdam(
                spec.number("lr", 0.1),
                spec.number("beta1", 0.9),
                spec.number("beta2", 0.99),
                spec.number("tau", 1e-9),
                spec.number("v0", 0),
                BiasCorrection.of(spec));
    }

    private static ServerOptimizer fedYogi(Spec spec) {
        spec.allow("lr", "beta1", "beta2", "tau", "v0", "bias-correction");
        return new FedYogi(
                spec.number("lr", 0.01),
                spec.number("beta1", 0.9),
                spec.number("beta2", 0.99),
                spec.number("tau", 1e-3),
                spec.number("v0", 0),
                BiasCorrection.of(spec));
    }
}
