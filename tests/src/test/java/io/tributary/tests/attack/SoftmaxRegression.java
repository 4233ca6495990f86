package io.tributary.tests.attack;

import io.tributary.operators.attack.LabelFlip;
import io.tributary.tests.attack.ScriptNames.Example;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Softmax regression on sparse examples, trained by plain SGD. Parameters are one vector, class by
 * class.
 */
final class SoftmaxRegression {

    static final int PARAMETERS = ScriptNames.CLASSES * ScriptNames.FEATURES;

    private static final int CLASSES = ScriptNames.CLASSES;
    private static final int FEATURES = ScriptNames.FEATURES;
    private static final int STEPS = 5;
    private static final int BATCH = 16;
    private static final float LEARNING_RATE = 2;

    private SoftmaxRegression() {}

    /** What a silo sends after some steps from {@code model} on its own data. */
    static float[] delta(
            float[] model, List<Example> data, boolean flipped, SplittableRandom random) {
        var local = model.clone();
        var batch = new Example[BATCH];
        var errors = new float[BATCH][];
        for (int step = 0; step < STEPS; step++) {
            for (int b = 0; b < BATCH; b++) {
                batch[b] = data.get(random.nextInt(data.size()));
                errors[b] = probabilities(local, batch[b]);
                int label = batch[b].label();
                errors[b][flipped ? LabelFlip.flip(label, CLASSES) : label] -= 1;
            }
            for (int b = 0; b < BATCH; b++) {
                for (int c = 0; c < CLASSES; c++) {
                    float scale = LEARNING_RATE / BATCH * errors[b][c];
                    for (int k = 0; k < batch[b].features().length; k++) {
                        local[c * FEATURES + batch[b].features()[k]] -=
                                scale * batch[b].values()[k];
                    }
                }
            }
        }
        for (int j = 0; j < PARAMETERS; j++) {
            local[j] -= model[j];
        }
        return local;
    }

    /** Share of the examples whose label is the likeliest class. */
    static double accuracy(float[] model, List<Example> examples) {
        int right = 0;
        for (var example : examples) {
            var p = probabilities(model, example);
            int likeliest = 0;
            for (int c = 1; c < CLASSES; c++) {
                likeliest = p[c] > p[likeliest] ? c : likeliest;
            }
            right += likeliest == example.label() ? 1 : 0;
        }
        return (double) right / examples.size();
    }

    private static float[] probabilities(float[] model, Example example) {
        var p = new float[CLASSES];
        float largest = Float.NEGATIVE_INFINITY;
        for (int c = 0; c < CLASSES; c++) {
            for (int k = 0; k < example.features().length; k++) {
                p[c] += model[c * FEATURES + example.features()[k]] * example.values()[k];
            }
            largest = Math.max(largest, p[c]);
        }
        float sum = 0;
        for (int c = 0; c < CLASSES; c++) {
            p[c] = (float) Math.exp(p[c] - largest);
            sum += p[c];
        }
        for (int c = 0; c < CLASSES; c++) {
            p[c] /= sum;
        }
        return p;
    }
}
