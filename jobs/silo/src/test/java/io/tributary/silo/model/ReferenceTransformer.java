package io.tributary.silo.model;

import io.tributary.schemas.model.ParameterBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * The transformer of {@link Architecture} in plain float64 loops, one sequence and one position at
 * a time: slow, and simple enough to be checked against the paper by reading.
 */
final class ReferenceTransformer {

    private final Architecture architecture;
    private final Map<String, double[]> weights = new HashMap<>();

    ReferenceTransformer(Architecture architecture, ParameterBuffer parameters) {
        this.architecture = architecture;
        for (var block : parameters.layout().blocks()) {
            for (var tensor : block.tensors()) {
                var values = parameters.tensor(tensor.name()).asFloatBuffer();
                var copy = new double[values.remaining()];
                for (int i = 0; i < copy.length; i++) {
                    copy[i] = values.get(i);
                }
                weights.put(tensor.name(), copy);
            }
        }
    }

    /** The values of a tensor; writing to them changes the model. */
    double[] tensor(String name) {
        return weights.get(name);
    }

    /** Mean cross entropy of a batch, nats per token. */
    double loss(TokenBatch batch) {
        double sum = 0;
        for (int s = 0; s < batch.sequences(); s++) {
            var tokens = new int[batch.length()];
            System.arraycopy(batch.inputs(), s * batch.length(), tokens, 0, tokens.length);
            var logits = logits(tokens);
            for (int t = 0; t < tokens.length; t++) {
                double normalizer = 0;
                for (double logit : logits[t]) {
                    normalizer += Math.exp(logit);
                }
                sum += Math.log(normalizer) - logits[t][batch.targets()[s * tokens.length + t]];
            }
        }
        return sum / batch.tokens();
    }

    /** {@code [length][vocabulary]} scores of the next token at every position. */
    double[][] logits(int[] tokens) {
        int width = architecture.width();
        var stream = new double[tokens.length][width];
        for (int t = 0; t < tokens.length; t++) {
            for (int c = 0; c < width; c++) {
                stream[t][c] =
                        tensor("transformer.wte.weight")[tokens[t] * width + c]
                                + tensor("transformer.wpe.weight")[t * width + c];
            }
        }
        for (int layer = 0; layer < architecture.layers(); layer++) {
            var prefix = "transformer.h." + layer;
            add(stream, attention(prefix + ".attn", norm(prefix + ".ln_1", stream)));
            add(stream, feedForward(prefix + ".mlp", norm(prefix + ".ln_2", stream)));
        }
        var hidden = norm("transformer.ln_f", stream);
        var logits = new double[tokens.length][architecture.vocabularySize()];
        for (int t = 0; t < tokens.length; t++) {
            for (int v = 0; v < logits[t].length; v++) {
                for (int c = 0; c < width; c++) {
                    logits[t][v] += hidden[t][c] * tensor("transformer.wte.weight")[v * width + c];
                }
            }
        }
        return logits;
    }

    private double[][] attention(String name, double[][] input) {
        int width = architecture.width();
        int heads = architecture.heads();
        int size = width / heads;
        var mixed = project(name + ".c_attn", input, 3 * width);
        var output = new double[input.length][width];
        for (int head = 0; head < heads; head++) {
            int query = head * size;
            int key = width + head * size;
            int value = 2 * width + head * size;
            for (int t = 0; t < input.length; t++) {
                var weight = new double[t + 1];
                double sum = 0;
                for (int past = 0; past <= t; past++) {
                    double score = 0;
                    for (int d = 0; d < size; d++) {
                        score += mixed[t][query + d] * mixed[past][key + d];
                    }
                    weight[past] = Math.exp(score / Math.sqrt(size));
                    sum += weight[past];
                }
                for (int past = 0; past <= t; past++) {
                    for (int d = 0; d < size; d++) {
                        output[t][head * size + d] += weight[past] / sum * mixed[past][value + d];
                    }
                }
            }
        }
        return project(name + ".c_proj", output, width);
    }

    private double[][] feedForward(String name, double[][] input) {
        var wide = project(name + ".c_fc", input, 4 * architecture.width());
        for (var row : wide) {
            for (int i = 0; i < row.length; i++) {
                row[i] = 0.5 * row[i] * (1 + erf(row[i] / Math.sqrt(2)));
            }
        }
        return project(name + ".c_proj", wide, architecture.width());
    }

    private double[][] norm(String name, double[][] input) {
        var output = new double[input.length][];
        for (int t = 0; t < input.length; t++) {
            var row = input[t].clone();
            double mean = 0;
            for (double value : row) {
                mean += value / row.length;
            }
            double variance = 0;
            for (double value : row) {
                variance += (value - mean) * (value - mean) / row.length;
            }
            for (int c = 0; c < row.length; c++) {
                double standard = (row[c] - mean) / Math.sqrt(variance + 1e-5);
                row[c] = standard * tensor(name + ".weight")[c] + tensor(name + ".bias")[c];
            }
            output[t] = row;
        }
        return output;
    }

    private double[][] project(String name, double[][] input, int outputs) {
        var weight = tensor(name + ".weight");
        var output = new double[input.length][];
        for (int t = 0; t < input.length; t++) {
            var row = tensor(name + ".bias").clone();
            for (int i = 0; i < input[t].length; i++) {
                for (int o = 0; o < outputs; o++) {
                    row[o] += input[t][i] * weight[i * outputs + o];
                }
            }
            output[t] = row;
        }
        return output;
    }

    private static void add(double[][] to, double[][] values) {
        for (int t = 0; t < to.length; t++) {
            for (int c = 0; c < to[t].length; c++) {
                to[t][c] += values[t][c];
            }
        }
    }

    /** Its Taylor series, which converges everywhere: exact to 1e-12 for the small values here. */
    private static double erf(double x) {
        double term = x;
        double sum = x;
        for (int n = 1; n < 200; n++) {
            term *= -x * x / n;
            sum += term / (2 * n + 1);
        }
        return 2 / Math.sqrt(Math.PI) * sum;
    }
}
