package io.tributary.silo.solver;

import io.tributary.schemas.round.LocalSolver;
import io.tributary.schemas.round.LocalTraining;

/** Local trainings for tests: constant rate unless said otherwise. */
final class Trainings {

    private Trainings() {}

    static LocalTraining sgd(double momentum, double clipNorm) {
        return training(LocalSolver.SGD, 0.1, 0.1, 0, 0, momentum, clipNorm);
    }

    static LocalTraining scheduled(double peak, double minimum, int warmup, long total) {
        return training(LocalSolver.SGD, peak, minimum, warmup, total, 0, 0);
    }

    static LocalTraining adamW(double peak, double minimum, int warmup, long total) {
        return training(LocalSolver.ADAMW, peak, minimum, warmup, total, 0, 1);
    }

    private static LocalTraining training(
            LocalSolver solver,
            double peak,
            double minimum,
            int warmup,
            long total,
            double momentum,
            double clipNorm) {
        return new LocalTraining(
                solver, peak, minimum, warmup, total, momentum, 0.9, 0.95, 1e-8, 0.1, clipNorm,
                false, 1, 8);
    }
}
